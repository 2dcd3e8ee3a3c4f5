#ifndef HEADGATE_CRE2_H
#define HEADGATE_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A C interface to what Headgate needs of RE2: expressions with groups, and sets of expressions that are tried at once.
///
/// Matching takes time linear in the text and, apart from caches that RE2 guards itself, changes nothing: one expression
/// or set may be used by several threads. No function keeps a pointer that it was given.

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled expression.
typedef struct cre2_expression cre2_expression;

/// A compiled set of expressions.
typedef struct cre2_set cre2_set;

/// Where a match must lie.
typedef enum {
    CRE2_ANYWHERE = 0,
    CRE2_AT_START = 1,
} cre2_anchor;

/// The part of the text that a group matched; `start` is -1 where the group took no part.
typedef struct {
    int64_t start;
    int64_t end;
} cre2_range;

/// What cre2_set_next_match returns where no index is meant.
enum {
    CRE2_NO_MATCH = -1,
    /// The set gave up for want of memory: nothing is known of the text.
    CRE2_OUT_OF_MEMORY = -2,
};

/// Compiles an expression in RE2 syntax over UTF-8.
///
/// `max_memory` bounds the compiled program and its caches, in bytes. Where the expression is at fault or too large the
/// result is NULL and `error` holds a text, cut to `error_capacity` and ended by NUL.
cre2_expression *cre2_expression_create(const uint8_t *pattern, size_t length, bool case_sensitive, int64_t max_memory,
                                        char *error, size_t error_capacity);

void cre2_expression_destroy(cre2_expression *expression);

/// The number of groups, the whole match not counted.
int32_t cre2_expression_group_count(const cre2_expression *expression);

/// Whether the text matches. Fills `groups` with the whole match and the groups behind it, at most `group_capacity`.
bool cre2_expression_match(const cre2_expression *expression, const uint8_t *text, size_t length, cre2_anchor anchor,
                           cre2_range *groups, size_t group_capacity);

/// Makes an empty set whose expressions match at the start of the text.
cre2_set *cre2_set_create(bool case_sensitive, int64_t max_memory);

void cre2_set_destroy(cre2_set *set);

/// Adds an expression and returns whether that worked. The first has index 0.
bool cre2_set_add(cre2_set *set, const uint8_t *pattern, size_t length);

/// Compiles the set, once, after the last expression was added. False where memory does not suffice.
bool cre2_set_compile(cre2_set *set);

/// The lowest index, not below `from`, of an expression that matches the text; or CRE2_NO_MATCH or CRE2_OUT_OF_MEMORY.
int32_t cre2_set_next_match(const cre2_set *set, const uint8_t *text, size_t length, int32_t from);

#ifdef __cplusplus
}
#endif

#endif
