#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ag::catalog {

// How one organisation signs people in, as data: what RFC 6749 leaves open. The OAuth client itself (id and secret) is
// always the user's own and never part of this.
struct OAuthProfile {
  std::string name;  // "google"; what ProviderPreset::oauth_profile says
  std::string display_name;
  std::string authorize_url;
  std::string token_url;
  std::vector<std::string> scopes;                                        // asked for besides the provider's own
  std::vector<std::pair<std::string, std::string>> authorize_parameters;  // of the authorization URL
  // The redirect to the loopback listener is http://<redirect_host>:<port><redirect_path> (RFC 8252 section 7.3).
  std::string redirect_host = "127.0.0.1";  // or "localhost", where the organisation wants the name
  std::string redirect_path = "/";
  bool service_accounts = false;  // takes signed JWT grants of service accounts (RFC 7523)
  std::string docs_url;           // how to make an OAuth client of one's own
  std::string source;             // page and date of these facts
  std::string date;
};

}  // namespace ag::catalog
