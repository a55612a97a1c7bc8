/* Makes the Nth call of a process that touches files below a folder fail. Loaded with LD_PRELOAD by tests/faults.
 *
 * FAULT_ROOT   the folder, absolute and without symbolic links
 * FAULT_AT     the call that fails, from 1; 0 counts only
 * FAULT_KIND   EIO, ENOSPC, EINTR, or SHORT: a read or write of half the bytes
 * FAULT_COUNT  a file outside of the folder, into which the number of calls is written when the process ends
 * FAULT_CALL   a file outside of the folder, into which the call that failed is written
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root, *kind;
static size_t root_length;
static long fault_at = -1;
static atomic_long calls;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void note(const char *variable, const char *text) {
  const char *path = getenv(variable);
  if (!path) return;
  int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))real("open");
  ssize_t (*real_write)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))real("write");
  int file = real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  if (real_write(file, text, strlen(text)) < 0) { /* the test notices the empty file */ }
  close(file);
}

__attribute__((constructor)) static void start(void) {
  root = getenv("FAULT_ROOT");
  kind = getenv("FAULT_KIND");
  const char *at = getenv("FAULT_AT");
  if (!root || !at) return;
  root_length = strlen(root);
  fault_at = atol(at);
}

__attribute__((destructor)) static void end(void) {
  char text[32];
  if (fault_at < 0) return;
  snprintf(text, sizeof text, "%ld", atomic_load(&calls));
  note("FAULT_COUNT", text);
}

static int is_below(const char *path) {
  char buffer[PATH_MAX * 2];
  if (fault_at < 0 || !path) return 0;
  if (path[0] != '/') {
    if (!getcwd(buffer, PATH_MAX)) return 0;
    size_t length = strlen(buffer);
    snprintf(buffer + length, sizeof buffer - length, "/%s", path);
    path = buffer;
  }
  return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static const char *path_of(int file, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  /* Sockets and the like have no path. */
  return buffer[0] == '/' ? buffer : NULL;
}

/* Whether this call is the one that fails; then errno is set. Never for SHORT. */
static int fails(const char *call, const char *path, int *is_short) {
  if (!is_below(path)) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 != fault_at) return 0;
  char text[PATH_MAX + 64];
  snprintf(text, sizeof text, "%s %s", call, path);
  note("FAULT_CALL", text);
  if (kind && strcmp(kind, "SHORT") == 0) {
    if (is_short) *is_short = 1;
    return 0;
  }
  errno = kind && strcmp(kind, "ENOSPC") == 0 ? ENOSPC : kind && strcmp(kind, "EINTR") == 0 ? EINTR : EIO;
  return 1;
}

static int fails_on(const char *call, int file, int *is_short) {
  char buffer[PATH_MAX];
  if (fault_at < 0) return 0;
  return fails(call, path_of(file, buffer), is_short);
}

#define MODE(flags)                                    \
  mode_t mode = 0;                                     \
  if ((flags) & (O_CREAT | O_TMPFILE)) {               \
    va_list arguments;                                 \
    va_start(arguments, flags);                        \
    mode = va_arg(arguments, mode_t);                  \
    va_end(arguments);                                 \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return fails("open", path, NULL) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags)
  return fails("open", path, NULL) ? -1 : REAL(open64)(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return fails("openat", path, NULL) ? -1 : REAL(openat)(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return fails("openat", path, NULL) ? -1 : REAL(openat64)(folder, path, flags, mode);
}
ssize_t read(int file, void *bytes, size_t count) {
  int is_short = 0;
  if (fails_on("read", file, &is_short)) return -1;
  return REAL(read)(file, bytes, is_short && count > 1 ? count / 2 : count);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
  if (fails_on("pread", file, NULL)) return -1;
  return REAL(pread64)(file, bytes, count, offset);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  if (fails_on("pread", file, NULL)) return -1;
  return REAL(pread)(file, bytes, count, offset);
}
ssize_t write(int file, const void *bytes, size_t count) {
  int is_short = 0;
  if (fails_on("write", file, &is_short)) return -1;
  return REAL(write)(file, bytes, is_short && count > 1 ? count / 2 : count);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  int is_short = 0;
  if (fails_on("pwrite", file, &is_short)) return -1;
  return REAL(pwrite64)(file, bytes, is_short && count > 1 ? count / 2 : count, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  int is_short = 0;
  if (fails_on("pwrite", file, &is_short)) return -1;
  return REAL(pwrite)(file, bytes, is_short && count > 1 ? count / 2 : count, offset);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  int is_short = 0;
  if (fails_on("writev", file, &is_short)) return -1;
  return REAL(writev)(file, parts, is_short && count > 1 ? 1 : count);
}
int fsync(int file) { return fails_on("fsync", file, NULL) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails_on("fdatasync", file, NULL) ? -1 : REAL(fdatasync)(file); }
int ftruncate64(int file, off64_t length) { return fails_on("ftruncate", file, NULL) ? -1 : REAL(ftruncate64)(file, length); }
int ftruncate(int file, off_t length) { return fails_on("ftruncate", file, NULL) ? -1 : REAL(ftruncate)(file, length); }
int rename(const char *from, const char *to) { return fails("rename", to, NULL) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return fails("unlink", path, NULL) ? -1 : REAL(unlink)(path); }
int unlinkat(int folder, const char *path, int flags) {
  char buffer[PATH_MAX];
  const char *below = path[0] == '/' || folder == AT_FDCWD ? path : path_of(folder, buffer);
  return fails("unlinkat", below, NULL) ? -1 : REAL(unlinkat)(folder, path, flags);
}
int rmdir(const char *path) { return fails("rmdir", path, NULL) ? -1 : REAL(rmdir)(path); }
int mkdir(const char *path, mode_t mode) { return fails("mkdir", path, NULL) ? -1 : REAL(mkdir)(path, mode); }
int link(const char *from, const char *to) { return fails("link", to, NULL) ? -1 : REAL(link)(from, to); }
