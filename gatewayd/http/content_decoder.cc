#include "gatewayd/http/content_decoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

class ZlibDecoder final : public ContentDecoder {
 public:
  explicit ZlibDecoder(int window_bits) : ready_(inflateInit2(&stream_, window_bits) == Z_OK) {}
  ~ZlibDecoder() override { inflateEnd(&stream_); }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  absl::StatusOr<std::size_t> Decode(std::string_view& in, char* out, std::size_t room) override {
    if (!ready_) return MakeError(ErrorKind::kInternal, "zlib has no memory for a decoder");
    if (finished_) {
      in = {};  // padding after the end
      return std::size_t{0};
    }
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const std::size_t given = std::min(in.size(), kMost);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min(room, kMost));
    const std::size_t offered = stream_.avail_out;
    const int code = inflate(&stream_, Z_SYNC_FLUSH);
    in.remove_prefix(given - stream_.avail_in);
    if (code == Z_STREAM_END) finished_ = true;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return MakeError(ErrorKind::kProtocol, "the compressed body is damaged");
    }
    return offered - stream_.avail_out;
  }
  bool finished() const override { return finished_; }

 private:
  z_stream stream_{};
  bool ready_;
  bool finished_ = false;
};

class ZstdDecoder final : public ContentDecoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    // 8 MB, the window that RFC 8878 asks receivers to support: a bigger one is a memory bomb.
    if (stream_ != nullptr) ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 23);
  }
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  absl::StatusOr<std::size_t> Decode(std::string_view& in, char* out, std::size_t room) override {
    if (stream_ == nullptr) return MakeError(ErrorKind::kInternal, "zstd has no memory for a decoder");
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out, room, 0};
    const std::size_t code = ZSTD_decompressStream(stream_, &output, &input);
    if (ZSTD_isError(code) != 0U) return MakeError(ErrorKind::kProtocol, "the compressed body is damaged");
    in.remove_prefix(input.pos);
    finished_ = code == 0;
    return output.pos;
  }
  bool finished() const override { return finished_; }

 private:
  ZSTD_DStream* stream_;
  bool finished_ = false;
};

}  // namespace

std::optional<ContentCoding> ContentCodingFromName(std::string_view name) {
  name = TrimOws(name);
  if (name.empty() || EqualsIgnoreCase(name, "identity")) return ContentCoding::kIdentity;
  if (EqualsIgnoreCase(name, "gzip") || EqualsIgnoreCase(name, "x-gzip")) return ContentCoding::kGzip;
  if (EqualsIgnoreCase(name, "deflate")) return ContentCoding::kDeflate;
  if (EqualsIgnoreCase(name, "zstd")) return ContentCoding::kZstd;
  return std::nullopt;
}

std::unique_ptr<ContentDecoder> MakeContentDecoder(ContentCoding coding) {
  constexpr int kGzipWindow = MAX_WBITS + 16;
  switch (coding) {
    case ContentCoding::kIdentity:
      return nullptr;
    case ContentCoding::kGzip:
      return std::make_unique<ZlibDecoder>(kGzipWindow);
    case ContentCoding::kDeflate:
      return std::make_unique<ZlibDecoder>(MAX_WBITS);
    case ContentCoding::kZstd:
      return std::make_unique<ZstdDecoder>();
  }
  return nullptr;
}

}  // namespace ag::http
