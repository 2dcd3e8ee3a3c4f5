#include "cre2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <vector>

struct cre2_expression {
    cre2_expression(const re2::StringPiece &pattern, const RE2::Options &options) : expression(pattern, options) {}
    RE2 expression;
};

struct cre2_set {
    explicit cre2_set(const RE2::Options &options) : set(options, RE2::ANCHOR_START) {}
    RE2::Set set;
};

namespace {

// The bytes as RE2 takes them. Never at NULL: RE2 tells an empty match from a group that took no part by its pointer.
re2::StringPiece piece(const uint8_t *bytes, size_t length) {
    return length == 0 ? re2::StringPiece("", 0) : re2::StringPiece(reinterpret_cast<const char *>(bytes), length);
}

// Groups beyond the ninth have no name in a template.
constexpr int kMostGroups = 10;

RE2::Options make_options(bool case_sensitive, int64_t max_memory) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(case_sensitive);
    options.set_max_mem(max_memory);
    return options;
}

void copy_error(const std::string &text, char *error, size_t capacity) {
    if (capacity == 0) {
        return;
    }
    const size_t length = std::min(text.size(), capacity - 1);
    std::memcpy(error, text.data(), length);
    error[length] = '\0';
}

}  // namespace

cre2_expression *cre2_expression_create(const uint8_t *pattern, size_t length, bool case_sensitive, int64_t max_memory,
                                        char *error, size_t error_capacity) {
    auto *result = new (std::nothrow)
        cre2_expression(piece(pattern, length), make_options(case_sensitive, max_memory));
    if (result == nullptr) {
        copy_error("out of memory", error, error_capacity);
        return nullptr;
    }
    if (!result->expression.ok()) {
        copy_error(result->expression.error(), error, error_capacity);
        delete result;
        return nullptr;
    }
    return result;
}

void cre2_expression_destroy(cre2_expression *expression) { delete expression; }

int32_t cre2_expression_group_count(const cre2_expression *expression) {
    return expression->expression.NumberOfCapturingGroups();
}

bool cre2_expression_match(const cre2_expression *expression, const uint8_t *text, size_t length, cre2_anchor anchor,
                           cre2_range *groups, size_t group_capacity) {
    re2::StringPiece found[kMostGroups];
    const re2::StringPiece whole = piece(text, length);
    const int wanted = std::min(static_cast<int>(std::min<size_t>(group_capacity, kMostGroups)),
                                expression->expression.NumberOfCapturingGroups() + 1);
    const auto re_anchor = anchor == CRE2_AT_START ? RE2::ANCHOR_START : RE2::UNANCHORED;
    if (!expression->expression.Match(whole, 0, whole.size(), re_anchor, wanted > 0 ? found : nullptr, wanted)) {
        return false;
    }
    for (size_t index = 0; index < group_capacity; ++index) {
        if (index < static_cast<size_t>(wanted) && found[index].data() != nullptr) {
            groups[index].start = found[index].data() - whole.data();
            groups[index].end = groups[index].start + static_cast<int64_t>(found[index].size());
        } else {
            groups[index] = {-1, -1};
        }
    }
    return true;
}

cre2_set *cre2_set_create(bool case_sensitive, int64_t max_memory) {
    return new (std::nothrow) cre2_set(make_options(case_sensitive, max_memory));
}

void cre2_set_destroy(cre2_set *set) { delete set; }

bool cre2_set_add(cre2_set *set, const uint8_t *pattern, size_t length) {
    return set->set.Add(piece(pattern, length), nullptr) >= 0;
}

bool cre2_set_compile(cre2_set *set) { return set->set.Compile(); }

int32_t cre2_set_next_match(const cre2_set *set, const uint8_t *text, size_t length, int32_t from) {
    // Reused, so that a thread in its steady state does not allocate here.
    thread_local std::vector<int> matches;
    RE2::Set::ErrorInfo info = {RE2::Set::kNoError};
    if (!set->set.Match(piece(text, length), &matches, &info)) {
        return info.kind == RE2::Set::kNoError ? CRE2_NO_MATCH : CRE2_OUT_OF_MEMORY;
    }
    int32_t lowest = CRE2_NO_MATCH;
    for (const int index : matches) {
        if (index >= from && (lowest < 0 || index < lowest)) {
            lowest = index;
        }
    }
    return lowest;
}
