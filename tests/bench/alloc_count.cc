// Preloaded into a process, counts its allocations: LD_PRELOAD=libag_alloc_count.so. The count stands, as eight bytes
// in native order, in the file that AG_ALLOC_COUNT names, kept up to date by a shared mapping.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

std::atomic<std::uint64_t> before_mapping{0};
std::atomic<std::atomic<std::uint64_t>*> counter{&before_mapping};

__attribute__((constructor)) void Map() {
  const char* path = std::getenv("AG_ALLOC_COUNT");
  if (path == nullptr) return;
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(std::uint64_t)) != 0) return;
  void* memory = mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory != MAP_FAILED) counter.store(static_cast<std::atomic<std::uint64_t>*>(memory));
}

void Count() { counter.load(std::memory_order_relaxed)->fetch_add(1, std::memory_order_relaxed); }

}  // namespace

// glibc's own entry points: no dlsym, which would allocate itself.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  Count();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  Count();
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  Count();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  Count();
  return __libc_memalign(alignment, size);
}
}
