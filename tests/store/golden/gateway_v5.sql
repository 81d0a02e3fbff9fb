-- gateway.db as schema version 5 left it. Never edit: files like this one are on people's disks.
PRAGMA application_id=1111910914;
CREATE TABLE accounts(
  id TEXT PRIMARY KEY NOT NULL,
  label TEXT NOT NULL,
  preset TEXT NOT NULL,
  family TEXT NOT NULL,
  endpoints_json TEXT NOT NULL,
  quirks_json TEXT NOT NULL,
  models_json TEXT NOT NULL,
  models_refreshed_ms INTEGER NOT NULL,
  quota_group TEXT NOT NULL,
  project TEXT NOT NULL,
  location TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_reason_json TEXT NOT NULL,
  cooldowns_json TEXT NOT NULL,
  priority INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE "routes"(
  pattern TEXT NOT NULL,
  condition TEXT NOT NULL,
  preset TEXT NOT NULL,
  model TEXT NOT NULL,
  origin TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  targets_json TEXT NOT NULL,
  options_json TEXT NOT NULL,
  PRIMARY KEY(pattern, condition)
) WITHOUT ROWID;
CREATE TABLE settings(
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE client_keys(
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  sha256_hex TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL
, options_json TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID;
ALTER TABLE accounts ADD COLUMN credential_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN egress_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN limits_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN facts_json TEXT NOT NULL DEFAULT '[]';
INSERT INTO accounts VALUES('acc_1','Work','openai','openai','{"chat":{"base_url":"https://api.openai.com/v1"}}','{}',
  '["gpt-5","gpt-5-mini"]',1793491200000,'','','','api_key','v1:c2VhbGVk',1,'ready','{}','{}',5,2,0,1793491100000,7,'{}','{}','{"reserve":10}','[]');
INSERT INTO accounts VALUES('acc_2','Grün 日本','gemini','gemini','{}','{}','[]',0,'group-a','proj','eu','api_key','v1:Zm9v',0,
  'forbidden','{"code":"verify"}','{}',0,1,1,1793491100001,1,'{}','{}','{}','[]');
INSERT INTO routes VALUES('claude-*','','gemini','gemini-3-pro','claude-code',0,1793491100002,'[]','{}');
INSERT INTO routes VALUES('claude-*','background','gemini','gemini-2.5-flash','user',1,1793491100004,'[]','{"effort":"low"}');
INSERT INTO settings VALUES('proxy.wanted','on');
INSERT INTO client_keys VALUES('key_1','Laptop','hash-a',1793491100003,'{"revision":2,"enabled":false,"models":["gpt-*"],"limits":{"tokens":{"day":1000}}}');
PRAGMA user_version=5;
