// What of Asio is not headers, compiled once: see ASIO_SEPARATE_COMPILATION.
#include <asio/impl/src.hpp>
#include <asio/ssl/impl/src.hpp>
