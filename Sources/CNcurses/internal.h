#ifndef VIGIA_INTERNAL_H
#define VIGIA_INTERNAL_H

/// A control sequence of the open screen's terminal by its terminfo name; NULL when it has none.
const char *vigia_screen_capability(const char *name);

/// Tells the open screen's terminal that all of its rows scroll, where it has a region for that.
void vigia_region_send(int fd, int rows);

#endif
