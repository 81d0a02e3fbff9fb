#pragma once

#include <QString>
#include <QtGlobal>
#include <vector>

namespace ag::gui {

// One finished request as the monitor's table shows it. Everything is ready to be shown, so that painting a row
// formats nothing. Made on the stream's thread.
struct RequestRow {
  QString id;
  qint64 start_ms = 0;  // Unix time
  QString time;         // when it ended, as they are listed: "14:03:07.120", local
  QString model;        // as asked
  QString upstream_model;
  QString account;
  QString account_id;
  QString client_dialect;    // "chat", "responses", "messages", "gemini", …
  QString upstream_dialect;  // empty = nobody was asked
  QString client_key_id;
  QString user_agent;
  int status = 0;         // 0 = the client left before
  QString error_kind;     // "rate_minute"; empty = nothing failed
  QString error_text;     // the gateway's sentence
  QString provider_text;  // what the provider said; empty = nothing
  int attempts = 0;
  bool stream = false;
  bool translated = false;
  qint64 first_byte_us = -1;  // -1 = there was none
  qint64 duration_us = 0;
  qint64 tokens_in = -1;   // all input, cached or not; -1 = unknown
  qint64 tokens_out = -1;  // all output, reasoning too; -1 = unknown
  qint64 cost = -1;        // billionths of a US dollar; -1 = no price is known

  bool failed() const { return !error_kind.isEmpty(); }
  qint64 end_ms() const { return start_ms + duration_us / 1'000; }
};

using RequestBatch = std::vector<RequestRow>;

}  // namespace ag::gui
