#ifndef VIGIA_INTERNAL_H
#define VIGIA_INTERNAL_H

/// A control sequence of the open screen's terminal by its terminfo name; NULL when it has none.
const char *vigia_screen_capability(const char *name);

#endif
