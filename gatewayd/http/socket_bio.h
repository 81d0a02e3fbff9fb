#pragma once

#include <openssl/bio.h>

namespace ag::http {

// OpenSSL's view of a non-blocking socket. As its own socket BIO, but never raises SIGPIPE. Does not own the socket.
// nullptr when memory is out.
BIO* NewSocketBio(int fd);

}  // namespace ag::http
