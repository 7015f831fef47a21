// The messages are all in headers; this sees to it that they compile together
// and gives the library something to hold.
#include "messages/type_ids.hpp"
