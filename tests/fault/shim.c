/* Stands between Python and libc at every call on files, and lets one of them go wrong.
 *
 * Loaded with LD_PRELOAD. Idle until `fault_arm`: then calls on paths below a prefix are counted,
 * and the one asked for kills the process, fails, or writes half of what it should. With
 * `fault_log` each call that changes something is written to a descriptor, for a loss of power to
 * be played from. Nothing is ever synced: that a sync was asked for is what counts here.
 * What libc calls within itself passes by: `isatty`, which no file answers, and what reading a
 * directory is made of.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_renameat2
#error "this system has no renameat2"
#endif

enum { IDLE, KILL, TEAR, FAIL, FAIL_ON }; /* FAIL one call; FAIL_ON all from it on */
enum { OTHER, TAKES, LOOKS };             /* TAKES: needs space on the disk; LOOKS: at names */

#define MOST 100000
static int mode, at, wanted, calls, fired, log_to = -1;
static char prefix[PATH_MAX];
static size_t prefix_size;
static const char *names[MOST + 1];

void fault_arm(const char *below, int how, int nth, int error)
{
    snprintf(prefix, sizeof prefix, "%s", below);
    prefix_size = strlen(prefix);
    mode = how, at = nth, wanted = error, calls = fired = 0;
}
int fault_disarm(void) { prefix_size = 0; return calls; }
int fault_fired(void) { return fired; }
const char *fault_name(int nth) { return nth <= calls && nth <= MOST ? names[nth] : ""; }
void fault_log(int to) { log_to = to; }

#define REAL(name)                                                      \
    ({                                                                  \
        static __typeof__(&name) real;                                  \
        if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);   \
        real;                                                           \
    })

/* The path of an open file into `out`; empty if it has none. */
static void path_of(int fd, char *out)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = REAL(readlink)(link, out, PATH_MAX - 1);
    out[size < 0 ? 0 : size] = 0;
}

/* The absolute path of `path` seen from the directory `dir`, links not followed. */
static void place(int dir, const char *path, char *out)
{
    char base[PATH_MAX] = "";
    if (path && path[0] != '/') {
        if (dir != AT_FDCWD) path_of(dir, base);
        else if (!getcwd(base, sizeof base)) base[0] = 0;
    }
    if (!path || !path[0]) snprintf(out, PATH_MAX, "%s", base);
    else if (path[0] == '/') snprintf(out, PATH_MAX, "%s", path);
    else snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path);
}

static int below(const char *path)
{
    return prefix_size && !strncmp(path, prefix, prefix_size)
        && (path[prefix_size] == '/' || path[prefix_size] == 0);
}

static void die(void) { kill(getpid(), SIGKILL); }

/* Count one call on `path`; whether it fails. */
static int counted(const char *name, int kind, const char *path)
{
    if (!below(path)) return 0;
    if (++calls <= MOST) names[calls] = name;
    if (mode == KILL && calls == at) die();
    if (mode == FAIL && calls != at) return 0;
    if (mode == FAIL_ON && calls < at) return 0;
    if (mode == FAIL_ON && wanted == ENOSPC && kind != TAKES) return 0;
    if (mode == FAIL_ON && wanted == EACCES && kind != LOOKS) return 0;
    if (mode != FAIL && mode != FAIL_ON) return 0;
    fired++;
    errno = wanted;
    return 1;
}

static int fails_at(const char *name, int kind, int dir, const char *path)
{
    if (!prefix_size) return 0;
    int before = errno;
    char where[PATH_MAX];
    place(dir, path, where);
    errno = before;
    return counted(name, kind, where);
}

static int fails_on(const char *name, int kind, int fd)
{
    if (!prefix_size) return 0;
    int before = errno;
    char where[PATH_MAX];
    path_of(fd, where);
    errno = before;
    return counted(name, kind, where);
}

/* One line: name, number, number, path, path; tabs between. */
static void note(const char *name, long one, long two, const char *path, const char *other)
{
    if (log_to < 0 || !(below(path) || below(other))) return;
    int before = errno;
    char line[2 * PATH_MAX + 100];
    int size = snprintf(line, sizeof line, "%s\t%ld\t%ld\t%s\t%s\n", name, one, two, path, other);
    if (REAL(write)(log_to, line, size) != size) die();
    errno = before;
}

static void note_at(const char *name, long one, long two, int dir, const char *path)
{
    char where[PATH_MAX];
    if (log_to < 0) return;
    place(dir, path, where);
    note(name, one, two, where, "");
}

static void note_two(const char *name, long one, int dir, const char *path, int dir2, const char *path2)
{
    char where[PATH_MAX], other[PATH_MAX];
    if (log_to < 0) return;
    place(dir, path, where);
    place(dir2, path2, other);
    note(name, one, 0, where, other);
}

static void note_on(const char *name, int fd, long two)
{
    char where[PATH_MAX];
    if (log_to < 0) return;
    path_of(fd, where);
    note(name, fd, two, where, "");
}

/* Bytes that came to stand at `offset` of an open file, in hexadecimal, in lines of its own. */
static void note_bytes(int fd, long offset, const unsigned char *bytes, ssize_t size)
{
    char where[PATH_MAX], hex[1025];
    if (log_to < 0) return;
    path_of(fd, where);
    for (ssize_t done = 0; done < size; done += 512) {
        int i = 0;
        for (; i < 512 && done + i < size; i++) snprintf(hex + 2 * i, 3, "%02x", bytes[done + i]);
        note("write", fd, offset + done, where, hex);
    }
}

/* Calls that open */

#define OPENS(name, at_dir, call, ...)                                            \
    mode_t given = 0;                                                             \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {                    \
        va_list rest;                                                             \
        va_start(rest, flags);                                                    \
        given = va_arg(rest, mode_t);                                             \
        va_end(rest);                                                             \
    }                                                                             \
    int makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;              \
    if (fails_at(makes ? "create" : #name, makes ? TAKES : LOOKS, at_dir, path)) return -1; \
    int opened = call;                                                            \
    if (opened >= 0) note_at("open", opened, flags, at_dir, path);                \
    return opened;

int open(const char *path, int flags, ...) { OPENS(open, AT_FDCWD, REAL(open)(path, flags, given)) }
int open64(const char *path, int flags, ...) { OPENS(open, AT_FDCWD, REAL(open64)(path, flags, given)) }
int openat(int dir, const char *path, int flags, ...) { OPENS(openat, dir, REAL(openat)(dir, path, flags, given)) }
int openat64(int dir, const char *path, int flags, ...) { OPENS(openat, dir, REAL(openat64)(dir, path, flags, given)) }

FILE *fopen(const char *path, const char *how)
{
    return fails_at("fopen", how[0] == 'r' ? OTHER : TAKES, AT_FDCWD, path) ? NULL : REAL(fopen)(path, how);
}
FILE *fopen64(const char *path, const char *how)
{
    return fails_at("fopen", how[0] == 'r' ? OTHER : TAKES, AT_FDCWD, path) ? NULL : REAL(fopen64)(path, how);
}
DIR *opendir(const char *path)
{
    return fails_at("opendir", LOOKS, AT_FDCWD, path) ? NULL : REAL(opendir)(path);
}
DIR *fdopendir(int fd) { return fails_on("fdopendir", LOOKS, fd) ? NULL : REAL(fdopendir)(fd); }
struct dirent *readdir(DIR *dir)
{
    return fails_on("readdir", LOOKS, dirfd(dir)) ? NULL : REAL(readdir)(dir);
}
struct dirent64 *readdir64(DIR *dir)
{
    return fails_on("readdir", LOOKS, dirfd(dir)) ? NULL : REAL(readdir64)(dir);
}

/* A close that fails has closed all the same. */
int close(int fd)
{
    int failed = fails_on("close", OTHER, fd);
    note_on("close", fd, 0);
    int error = errno, done = REAL(close)(fd);
    if (failed) errno = error;
    return failed ? -1 : done;
}
int closedir(DIR *dir)
{
    int failed = fails_on("closedir", OTHER, dirfd(dir));
    int error = errno, done = REAL(closedir)(dir);
    if (failed) errno = error;
    return failed ? -1 : done;
}
#define DUPLICATES(name, argument)                                     \
    va_list rest;                                                      \
    va_start(rest, command);                                           \
    void *argument = va_arg(rest, void *);                             \
    va_end(rest);                                                      \
    return fails_on("fcntl", OTHER, fd) ? -1 : REAL(name)(fd, command, argument);
int fcntl(int fd, int command, ...) { DUPLICATES(fcntl, argument) }
int fcntl64(int fd, int command, ...) { DUPLICATES(fcntl64, argument) }

/* Calls on open files */

#define ON(name, kind, call) return fails_on(name, kind, fd) ? -1 : (call)

ssize_t read(int fd, void *into, size_t size) { ON("read", OTHER, REAL(read)(fd, into, size)); }
ssize_t readv(int fd, const struct iovec *parts, int count) { ON("readv", OTHER, REAL(readv)(fd, parts, count)); }
ssize_t pread(int fd, void *into, size_t size, off_t from) { ON("pread", OTHER, REAL(pread)(fd, into, size, from)); }
ssize_t pread64(int fd, void *into, size_t size, off64_t from) { ON("pread", OTHER, REAL(pread64)(fd, into, size, from)); }

#define WRITES(name, call, half, offset)                        \
    if (fails_on(name, TAKES, fd)) return -1;                   \
    long start = log_to < 0 ? 0 : (offset);                     \
    if (prefix_size && mode == TEAR && calls == at) (void)!(half), die(); \
    ssize_t done = call;                                        \
    note_bytes(fd, start, from, done);                          \
    return done;

ssize_t write(int fd, const void *from, size_t size)
{
    WRITES("write", REAL(write)(fd, from, size), REAL(write)(fd, from, size / 2), REAL(lseek)(fd, 0, SEEK_CUR))
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t to)
{
    WRITES("pwrite", REAL(pwrite)(fd, from, size, to), REAL(pwrite)(fd, from, size / 2, to), to)
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t to)
{
    WRITES("pwrite", REAL(pwrite64)(fd, from, size, to), REAL(pwrite64)(fd, from, size / 2, to), to)
}
/* What the log cannot hold is refused, as a system without the call refuses it. */
#define UNLOGGED(name, call)                        \
    if (fails_on(name, TAKES, fd)) return -1;       \
    if (log_to >= 0) return errno = ENOSYS, -1;     \
    return call;
ssize_t writev(int fd, const struct iovec *parts, int count) { UNLOGGED("writev", REAL(writev)(fd, parts, count)) }
ssize_t sendfile(int fd, int from, off_t *offset, size_t size) { UNLOGGED("sendfile", REAL(sendfile)(fd, from, offset, size)) }
ssize_t sendfile64(int fd, int from, off64_t *offset, size_t size) { UNLOGGED("sendfile", REAL(sendfile64)(fd, from, offset, size)) }
ssize_t copy_file_range(int from, off64_t *start, int fd, off64_t *offset, size_t size, unsigned flags)
{
    UNLOGGED("copy_file_range", REAL(copy_file_range)(from, start, fd, offset, size, flags))
}
int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (fails_on("ioctl", OTHER, fd)) return -1;
    if (log_to >= 0 && (request == FICLONE || request == FICLONERANGE)) return errno = ENOSYS, -1;
    return REAL(ioctl)(fd, request, argument);
}

#define SYNCS(name) { if (fails_on(name, TAKES, fd)) return -1; note_on("sync", fd, 0); return 0; }
int fsync(int fd) SYNCS("fsync")
int fdatasync(int fd) SYNCS("fdatasync")

#define CUTS(call) { if (fails_on("ftruncate", TAKES, fd)) return -1; note_on("truncate", fd, size); return call; }
int ftruncate(int fd, off_t size) CUTS(REAL(ftruncate)(fd, size))
int ftruncate64(int fd, off64_t size) CUTS(REAL(ftruncate64)(fd, size))

off_t lseek(int fd, off_t to, int whence) { ON("lseek", OTHER, REAL(lseek)(fd, to, whence)); }
off64_t lseek64(int fd, off64_t to, int whence) { ON("lseek", OTHER, REAL(lseek64)(fd, to, whence)); }
int flock(int fd, int how) { ON("flock", OTHER, REAL(flock)(fd, how)); }
int fchmod(int fd, mode_t bits)
{
    if (fails_on("fchmod", OTHER, fd)) return -1;
    note_on("fchmod", fd, bits);
    return REAL(fchmod)(fd, bits);
}
void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t from)
{
    if (fd >= 0 && fails_on("mmap", OTHER, fd)) return MAP_FAILED;
    return REAL(mmap)(address, size, protection, flags, fd, from);
}
void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t from)
{
    if (fd >= 0 && fails_on("mmap", OTHER, fd)) return MAP_FAILED;
    return REAL(mmap64)(address, size, protection, flags, fd, from);
}

/* Calls that look */

#define AT(name, dir, call) return fails_at(name, LOOKS, dir, path) ? -1 : (call)

int stat(const char *path, struct stat *out) { AT("stat", AT_FDCWD, REAL(stat)(path, out)); }
int stat64(const char *path, struct stat64 *out) { AT("stat", AT_FDCWD, REAL(stat64)(path, out)); }
int lstat(const char *path, struct stat *out) { AT("lstat", AT_FDCWD, REAL(lstat)(path, out)); }
int lstat64(const char *path, struct stat64 *out) { AT("lstat", AT_FDCWD, REAL(lstat64)(path, out)); }
int fstat(int fd, struct stat *out) { ON("fstat", LOOKS, REAL(fstat)(fd, out)); }
int fstat64(int fd, struct stat64 *out) { ON("fstat", LOOKS, REAL(fstat64)(fd, out)); }
int fstatat(int dir, const char *path, struct stat *out, int how) { AT("fstatat", dir, REAL(fstatat)(dir, path, out, how)); }
int fstatat64(int dir, const char *path, struct stat64 *out, int how) { AT("fstatat", dir, REAL(fstatat64)(dir, path, out, how)); }
int statx(int dir, const char *restrict path, int how, unsigned mask, struct statx *restrict out)
{
    AT("statx", dir, REAL(statx)(dir, path, how, mask, out));
}
int access(const char *path, int how) { AT("access", AT_FDCWD, REAL(access)(path, how)); }
int faccessat(int dir, const char *path, int how, int flags) { AT("faccessat", dir, REAL(faccessat)(dir, path, how, flags)); }
ssize_t readlink(const char *path, char *into, size_t size) { AT("readlink", AT_FDCWD, REAL(readlink)(path, into, size)); }
ssize_t readlinkat(int dir, const char *path, char *into, size_t size) { AT("readlinkat", dir, REAL(readlinkat)(dir, path, into, size)); }

/* Programs built against a C library before 2.33 look through these. */
#define OLD_STAT(name, shown, dir, parameters, arguments)                          \
    int name parameters;                                                           \
    int name parameters { return fails_at(shown, LOOKS, dir, path) ? -1 : REAL(name) arguments; }
OLD_STAT(__xstat, "stat", AT_FDCWD, (int v, const char *path, struct stat *out), (v, path, out))
OLD_STAT(__xstat64, "stat", AT_FDCWD, (int v, const char *path, struct stat64 *out), (v, path, out))
OLD_STAT(__lxstat, "lstat", AT_FDCWD, (int v, const char *path, struct stat *out), (v, path, out))
OLD_STAT(__lxstat64, "lstat", AT_FDCWD, (int v, const char *path, struct stat64 *out), (v, path, out))
OLD_STAT(__fxstatat, "fstatat", dir, (int v, int dir, const char *path, struct stat *out, int how), (v, dir, path, out, how))
OLD_STAT(__fxstatat64, "fstatat", dir, (int v, int dir, const char *path, struct stat64 *out, int how), (v, dir, path, out, how))
int __fxstat(int v, int fd, struct stat *out);
int __fxstat(int v, int fd, struct stat *out) { ON("fstat", LOOKS, REAL(__fxstat)(v, fd, out)); }
int __fxstat64(int v, int fd, struct stat64 *out);
int __fxstat64(int v, int fd, struct stat64 *out) { ON("fstat", LOOKS, REAL(__fxstat64)(v, fd, out)); }

/* Calls that change names */

#define CHANGES(name, kind, dir, one, call)                     \
    if (fails_at(name, kind, dir, path)) return -1;             \
    int done = call;                                            \
    if (!done) note_at(name, one, 0, dir, path);                \
    return done;

int mkdir(const char *path, mode_t bits) { CHANGES("mkdir", TAKES, AT_FDCWD, bits, REAL(mkdir)(path, bits)) }
int mkdirat(int dir, const char *path, mode_t bits) { CHANGES("mkdir", TAKES, dir, bits, REAL(mkdirat)(dir, path, bits)) }
int rmdir(const char *path) { CHANGES("rmdir", OTHER, AT_FDCWD, 0, REAL(rmdir)(path)) }
int unlink(const char *path) { CHANGES("unlink", OTHER, AT_FDCWD, 0, REAL(unlink)(path)) }
int unlinkat(int dir, const char *path, int flags)
{
    const char *name = flags & AT_REMOVEDIR ? "rmdir" : "unlink";
    CHANGES(name, OTHER, dir, 0, REAL(unlinkat)(dir, path, flags))
}
int chmod(const char *path, mode_t bits) { CHANGES("chmod", OTHER, AT_FDCWD, bits, REAL(chmod)(path, bits)) }
int fchmodat(int dir, const char *path, mode_t bits, int flags) { CHANGES("chmod", OTHER, dir, bits, REAL(fchmodat)(dir, path, bits, flags)) }
int truncate(const char *path, off_t size) { CHANGES("truncate_path", TAKES, AT_FDCWD, size, REAL(truncate)(path, size)) }
int truncate64(const char *path, off64_t size) { CHANGES("truncate_path", TAKES, AT_FDCWD, size, REAL(truncate64)(path, size)) }
int symlinkat(const char *to, int dir, const char *path) { CHANGES("symlink", TAKES, dir, 0, REAL(symlinkat)(to, dir, path)) }
int symlink(const char *to, const char *path) { CHANGES("symlink", TAKES, AT_FDCWD, 0, REAL(symlink)(to, path)) }
int utimensat(int dir, const char *path, const struct timespec when[2], int flags) { AT("utimensat", dir, REAL(utimensat)(dir, path, when, flags)); }

/* A rename into or out of the project is one call on it, whichever of its names lies there. */
#define MOVES(name, one, dir, dir2, call)                                      \
    char first[PATH_MAX] = "", second[PATH_MAX] = "";                          \
    if (prefix_size) place(dir, path, first), place(dir2, path2, second);      \
    if (counted(name, TAKES, below(first) ? first : second)) return -1;        \
    int done = call;                                                           \
    if (!done) note_two(name, one, dir, path, dir2, path2);                    \
    return done;

int rename(const char *path, const char *path2) { MOVES("rename", 0, AT_FDCWD, AT_FDCWD, REAL(rename)(path, path2)) }
int renameat(int dir, const char *path, int dir2, const char *path2) { MOVES("rename", 0, dir, dir2, REAL(renameat)(dir, path, dir2, path2)) }
int renameat2(int dir, const char *path, int dir2, const char *path2, unsigned flags)
{
    MOVES("rename", flags, dir, dir2, REAL(renameat2)(dir, path, dir2, path2, flags))
}
int link(const char *path, const char *path2) { MOVES("link", 0, AT_FDCWD, AT_FDCWD, REAL(link)(path, path2)) }
int linkat(int dir, const char *path, int dir2, const char *path2, int flags)
{
    MOVES("link", 0, dir, dir2, REAL(linkat)(dir, path, dir2, path2, flags))
}

/* A name below libc: only those that have no function in an older one pass through here. */
long syscall(long number, ...)
{
    va_list rest;
    va_start(rest, number);
    long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
    long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_renameat2) return renameat2(a, (const char *)b, c, (const char *)d, e);
    if (number == SYS_copy_file_range) return copy_file_range(a, (off64_t *)b, c, (off64_t *)d, e, f);
    return REAL(syscall)(number, a, b, c, d, e, f);
}
