// The messages are all in headers; this sees to it that they compile together,
// and has the code that CAF makes of each.
#include "messages/type_ids.hpp"

TROUPE_LOCAL_MESSAGES(TROUPE_MESSAGE_HERE)
TROUPE_WIRE_MESSAGES(TROUPE_MESSAGE_HERE)
