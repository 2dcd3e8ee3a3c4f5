#ifndef HEADGATE_COPENSSL_H
#define HEADGATE_COPENSSL_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* What OpenSSL offers as macros only, as functions of the same name behind `headgate_`. */

static inline int headgate_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}

static inline int headgate_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version) == 1;
}

static inline int headgate_SSL_set_min_proto_version(SSL *ssl, int version) {
    return SSL_set_min_proto_version(ssl, version) == 1;
}

static inline int headgate_SSL_set_max_proto_version(SSL *ssl, int version) {
    return SSL_set_max_proto_version(ssl, version) == 1;
}

/*
 * No compression, no renegotiation. The end of the TCP connection without close_notify ends reading only: the stream
 * reports it as unclean, and may still write.
 */
static inline void headgate_SSL_CTX_set_common_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
}

/* The server's order of cipher suites decides, but ChaCha20 goes first for a client that puts it first (no AES unit). */
static inline void headgate_SSL_CTX_set_server_options(SSL_CTX *context) {
    headgate_SSL_CTX_set_common_options(context);
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

static inline uint64_t headgate_SSL_OP_NO_RENEGOTIATION(void) {
    return SSL_OP_NO_RENEGOTIATION;
}

static inline void headgate_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void headgate_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void headgate_SSL_CTX_set_read_ahead(SSL_CTX *context, int enabled) {
    SSL_CTX_set_read_ahead(context, enabled);
}

static inline int headgate_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups) == 1;
}

static inline void headgate_SSL_CTX_set_tlsext_servername_callback(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline int headgate_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name) == 1;
}

static inline void *headgate_SSL_get_app_data(const SSL *ssl) {
    return SSL_get_app_data(ssl);
}

static inline int headgate_SSL_set_app_data(SSL *ssl, void *data) {
    return SSL_set_app_data(ssl, data);
}

static inline void *headgate_SSL_CTX_get_app_data(const SSL_CTX *context) {
    return SSL_CTX_get_app_data(context);
}

static inline int headgate_SSL_CTX_set_app_data(SSL_CTX *context, void *data) {
    return SSL_CTX_set_app_data(context, data);
}

static inline void headgate_BIO_set_retry_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void headgate_BIO_set_retry_write(BIO *bio) {
    BIO_set_retry_write(bio);
}

static inline void headgate_BIO_clear_retry_flags(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

static inline STACK_OF(X509) *headgate_sk_X509_new(void) {
    return sk_X509_new_null();
}

static inline int headgate_sk_X509_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}

static inline void headgate_sk_X509_free_all(STACK_OF(X509) *stack) {
    sk_X509_pop_free(stack, X509_free);
}

static inline int headgate_ERR_GET_LIB(unsigned long error) {
    return ERR_GET_LIB(error);
}

static inline int headgate_ERR_GET_REASON(unsigned long error) {
    return ERR_GET_REASON(error);
}

/* A fresh key on the named curve. EVP_PKEY_Q_keygen takes variable arguments. */
static inline EVP_PKEY *headgate_EVP_EC_gen(const char *curve) {
    return EVP_EC_gen(curve);
}

static inline EVP_PKEY *headgate_EVP_RSA_gen(unsigned int bits) {
    return EVP_RSA_gen(bits);
}

/* Keys the MAC of a session ticket: HMAC with SHA-256. */
static inline int headgate_ticket_mac_init(EVP_MAC_CTX *mac, const unsigned char *key, size_t length) {
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, length);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    return EVP_MAC_CTX_set_params(mac, parameters);
}

#endif
