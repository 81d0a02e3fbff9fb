#include "cli/commands/account_sign_in.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/account_add.h"
#include "cli/commands/account_credential.h"
#include "cli/commands/account_view.h"
#include "cli/commands/egress_options.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

constexpr int kAskEveryMs = 300;
constexpr std::size_t kMaxPaste = 16 * 1024;

struct SignInOptions {
  v1::Account account;
  std::string existing;  // id or label
  std::string client_id;
  std::string client_secret_file;
  NewEgressOptions egress;
  bool no_browser = false;
};

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C ends the waiting, not the program, so that the daemon hears of it.
class InterruptWatch {
 public:
  InterruptWatch() {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptWatch() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  struct sigaction before_{};
};

// Lines that a person pastes while the program waits for something else.
class PastedLines {
 public:
  // The next whole line, if there is one within kAskEveryMs; without input it just waits so long.
  std::optional<std::string> Wait() {
    if (auto line = Take()) return line;
    pollfd input{open_ ? STDIN_FILENO : -1, POLLIN, 0};
    if (::poll(&input, 1, kAskEveryMs) <= 0 || input.revents == 0) return std::nullopt;
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count > 0) text_.append(bytes.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) {
      open_ = false;
      if (!text_.empty()) text_ += '\n';
    }
    if (text_.size() > kMaxPaste) text_.clear();
    return Take();
  }

 private:
  std::optional<std::string> Take() {
    while (true) {
      const std::size_t end = text_.find('\n');
      if (end == std::string::npos) return std::nullopt;
      std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      absl::StripAsciiWhitespace(&line);
      if (!line.empty()) return line;
    }
  }

  std::string text_;
  bool open_ = true;
};

// True if a program was started that should open the address.
bool OpenBrowser(const std::string& url) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return false;
  std::string program = "xdg-open";
  std::string address = url;
  std::array<char*, 3> words{program.data(), address.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, program.c_str(), &quiet, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&quiet);
  return error == 0;
}

// For programs: one object a line, of a sign-in that goes on.
void PrintStep(std::string_view step, std::string_view key, std::string_view text) {
  JsonWriter json(JsonWriter::Layout::kOneLine);
  json.BeginObject().Field("sign_in", step);
  if (!key.empty()) json.Field(key, text);
  Print(json.EndObject().text() + "\n");
}

void ShowUrl(const Session& session, const v1::SignIn& sign_in, bool opened) {
  if (session.json) return PrintStep("waiting", "url", sign_in.url());
  PrintNote(absl::StrCat(opened ? "Your browser should open now. If it does not, open this address yourself:"
                                : "Open this address in a browser and sign in:",
                         "\n\n", sign_in.url(), "\n\n",
                         "Is the browser on another machine? It will end at an address that does not load: paste that "
                         "address here.\nWaiting (Ctrl-C cancels) …"));
}

absl::StatusOr<v1::SignIn> Begin(Session& session, SignInOptions& options) {
  v1::BeginSignInRequest request;
  if (!options.existing.empty()) {
    const auto account = FindAccount(session, options.existing);
    if (!account.ok()) return account.status();
    request.mutable_account()->set_id(account->id());
  } else {
    *request.mutable_account() = options.account;
    const auto input = options.client_secret_file == "-" ? StandardInput::kTaken : StandardInput::kFree;
    if (absl::Status read = ReadEgress(options.egress, input, *request.mutable_account()); !read.ok()) return read;
  }
  request.set_client_id(options.client_id);
  if (!options.client_secret_file.empty()) {
    auto secret = ReadSecretFile(options.client_secret_file);
    if (!secret.ok()) return secret.status();
    request.set_client_secret(*std::move(secret));
  }
  const auto begun = session.client().BeginSignIn(request);
  if (!begun.ok()) return begun.status();
  return begun->sign_in();
}

absl::Status Cancel(Session& session, const std::string& id) {
  v1::CancelSignInRequest request;
  request.set_id(id);
  static_cast<void>(session.client().CancelSignIn(request));  // it ends by itself, too
  return absl::CancelledError("the sign-in was cancelled; nothing was added");
}

// A paste that is no code is told, and the waiting goes on.
void Complete(Session& session, const std::string& id, const std::string& text) {
  v1::CompleteSignInRequest request;
  request.set_id(id);
  request.set_code_or_url(text);
  const auto completed = session.client().CompleteSignIn(request);
  if (completed.ok()) return;
  const std::string why(completed.status().message());
  if (session.json) return PrintStep("waiting", "error", why);
  PrintNote(why);
}

absl::StatusOr<v1::SignIn> WaitForEnd(Session& session, const std::string& id) {
  const InterruptWatch watch;
  PastedLines pasted;
  bool told = false;
  while (true) {
    if (const auto line = pasted.Wait()) Complete(session, id, *line);
    if (interrupted != 0) return Cancel(session, id);
    v1::GetSignInRequest request;
    request.set_id(id);
    const auto now = session.client().GetSignIn(request);
    if (!now.ok()) return now.status();
    const v1::SignIn& sign_in = now->sign_in();
    if (sign_in.state() == v1::SIGN_IN_STATE_EXCHANGING && !std::exchange(told, true)) {
      if (session.json) {
        PrintStep("exchanging", {}, {});
      } else {
        PrintNote("The answer is here; getting the first tokens …");
      }
    }
    if (sign_in.state() == v1::SIGN_IN_STATE_DONE) return sign_in;
    if (sign_in.state() == v1::SIGN_IN_STATE_FAILED) return absl::FailedPreconditionError(sign_in.error());
  }
}

absl::Status SignIn(Session& session, SignInOptions options) {
  if (options.existing.empty() == options.account.provider().empty()) {
    return UsageError("name --provider NAME for a new account, or --account ID for one that signs in again");
  }
  const NewEgressOptions& way = options.egress;
  if (!options.existing.empty() && (!way.proxy.empty() || way.direct || !way.ca_file.empty())) {
    return UsageError("the account has its way out already; another one first: `agctl accounts egress`");
  }
  const auto begun = Begin(session, options);
  if (!begun.ok()) return begun.status();
  ShowUrl(session, *begun, !options.no_browser && OpenBrowser(begun->url()));
  const auto ended = WaitForEnd(session, begun->id());
  if (!ended.ok()) return ended.status();
  v1::GetAccountRequest request;
  request.set_id(ended->account_id());
  auto got = session.client().GetAccount(request);
  if (!got.ok()) return got.status();
  const v1::Account& account = got->account();
  const auto test = TestAccount(session, account);
  if (!test.ok()) return test.status();
  if (session.json) {
    JsonWriter json(JsonWriter::Layout::kOneLine);
    json.BeginObject().Field("sign_in", "done");
    WriteAccount(json, account);
    json.Key("test").BeginObject();
    WriteTest(json, *test);
    Print(json.EndObject().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  const std::string who = account.subject().empty() ? std::string() : absl::StrCat(" as ", account.subject());
  Print(absl::StrCat(account.label(), " (", account.id(), ") is signed in", who, ".\n", TestText(account, *test)));
  return absl::OkStatus();
}

}  // namespace

void AddAccountSignIn(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand("sign-in", "Sign in through a browser, with your own OAuth client");
  app->footer(
      "With --json each line is an object: first {\"sign_in\": \"waiting\", \"url\": …}, at the end the account with "
      "\"sign_in\": \"done\" and its \"test\". Standard input takes the address that the browser ended at.");
  auto options = std::make_shared<SignInOptions>();  // shared: the options and the command
  v1::Account& account = options->account;
  app->add_option("--provider", *account.mutable_provider(), "What the new account belongs to: gemini or vertex");
  app->add_option("--account", options->existing, "The account that signs in again, by id or label");
  AddClientOptions(*app, options->client_id, options->client_secret_file);
  app->add_option("--label", *account.mutable_label(), "Its name for people");
  app->add_option("--base-url", *account.mutable_base_url(), "Another server that speaks the provider's API");
  app->add_option("--project", *account.mutable_project(), "The cloud project that is billed (vertex needs it)");
  app->add_option("--location", *account.mutable_location(), "The cloud region (vertex: global if none is given)");
  app->add_option("--quota-group", *account.mutable_quota_group(),
                  "Accounts of one group share one limit; those of one --project do anyway");
  options->egress.AddTo(*app);
  app->add_flag("--no-browser", options->no_browser, "Only print the address");
  app->callback([&session, options] { session.command = [&session, options] { return SignIn(session, *options); }; });
}

}  // namespace ag::cli
