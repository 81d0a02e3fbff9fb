#include "gatewayd/pool/account_book.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_input.h"

namespace ag::pool {
namespace {

constexpr std::size_t kIdLength = 12;

}  // namespace

AccountEntry* AccountBook::Find(const AccountId& id) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&id](const AccountEntry& entry) { return entry.pooled.account.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

absl::StatusOr<AccountEntry*> AccountBook::Require(const AccountId& id) {
  if (AccountEntry* entry = Find(id)) return entry;
  return FieldError(ErrorKind::kInvalidRequest, "id", absl::StrCat("there is no account ", id.value()));
}

bool AccountBook::LabelIsFree(std::string_view label, const AccountId& except) const {
  return std::none_of(entries_.begin(), entries_.end(), [&](const AccountEntry& entry) {
    const Account& account = entry.pooled.account;
    return account.id != except && (EqualsIgnoreCase(account.label, label) || account.id.value() == label);
  });
}

absl::StatusOr<std::string> AccountBook::NewLabel(std::string_view wanted, const std::string& preset) const {
  wanted = TrimSpace(wanted);
  if (wanted.empty()) {
    for (int n = 1;; ++n) {
      std::string label = absl::StrCat(preset, "-", n);
      if (LabelIsFree(label, AccountId())) return label;
    }
  }
  AG_RETURN_IF_ERROR(CheckLabel(wanted));
  if (LabelIsFree(wanted, AccountId())) return std::string(wanted);
  return FieldError(ErrorKind::kInvalidRequest, "label",
                    absl::StrCat("there is an account \"", ToAbsl(wanted), "\" already; choose another label"));
}

std::string AccountBook::FreeLabel(std::string_view wanted) const {
  std::string label(wanted);
  for (int n = 2; !LabelIsFree(label, AccountId()); ++n) label = absl::StrCat(ToAbsl(wanted), "-", n);
  return label;
}

AccountId AccountBook::NewId(RandomSource& random) const {
  while (true) {
    AccountId id("acc_" + RandomToken(random, kIdLength));
    const bool used = std::any_of(entries_.begin(), entries_.end(),
                                  [&id](const AccountEntry& entry) { return entry.pooled.account.id == id; });
    if (!used) return id;
  }
}

std::int64_t AccountBook::NextPosition() const {
  std::int64_t next = 0;
  for (const AccountEntry& entry : entries_) next = std::max(next, entry.row.position + 1);
  return next;
}

bool AccountBook::JoinGroup(PooledAccount& pooled) const {
  const std::string quota = SharedQuota(pooled.account);
  const auto peer = std::find_if(entries_.begin(), entries_.end(), [&](const AccountEntry& entry) {
    const Account& other = entry.pooled.account;
    return !quota.empty() && other.id != pooled.account.id && other.preset == pooled.account.preset &&
           SharedQuota(other) == quota;
  });
  const bool alone = peer == entries_.end();
  pooled.cooldowns = alone ? std::make_shared<CooldownBoard>() : peer->pooled.cooldowns;
  pooled.limits = alone ? std::make_shared<LimitBoard>() : peer->pooled.limits;
  return !alone;
}

absl::StatusOr<AccountId> AccountBook::Resolve(std::string_view id_or_label) const {
  const std::string_view wanted = TrimSpace(id_or_label);
  std::vector<std::string> labels;
  for (const AccountEntry& entry : entries_) {
    const Account& account = entry.pooled.account;
    if (account.id.value() == wanted || EqualsIgnoreCase(account.label, wanted)) return account.id;
    labels.push_back(account.label);
  }
  const std::vector<std::string> near = catalog::Catalog::Suggest(wanted, labels);
  return FieldError(
      ErrorKind::kInvalidRequest, "id",
      absl::StrCat("there is no account with the id or label \"", ToAbsl(wanted), "\"",
                   near.empty() ? "" : "; did you mean ", absl::StrJoin(near, " or "), near.empty() ? "" : "?"));
}

}  // namespace ag::pool
