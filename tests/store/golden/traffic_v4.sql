-- traffic.db as schema version 4 left it. Never edit: files like this one are on people's disks.
PRAGMA application_id=1594515237;
CREATE TABLE "requests"(
  id TEXT NOT NULL PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  upstream_model TEXT NOT NULL,
  account_label TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error_text TEXT NOT NULL,
  details TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX failed_requests ON requests(id) WHERE error_kind <> '';
CREATE TABLE rollups(
  hour_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  account_id TEXT NOT NULL,
  dialect TEXT NOT NULL,
  client_key_id TEXT NOT NULL,
  account_label TEXT NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  input INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  output INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  PRIMARY KEY(hour_ms, model, account_id, dialect, client_key_id)
) WITHOUT ROWID;
INSERT INTO requests VALUES('req_019a9ab3c000a1b2c3d4e5f6',1793491200000,'gpt-5','gpt-5-2026','Work','','',
  replace(replace('chat|generate|s|200||1200|90000|89920|10|0|0|20||end_turn|curl/8|0af7651916cd43dd8448eb211c80319c#A|acc_1|||chat|200|3|1100|89000||r',
  '|',char(31)),'#',char(29)));
INSERT INTO rollups VALUES(1793491200000,'gpt-5-2026','acc_1','chat','','Work',1,0,10,0,0,20,0);
CREATE TABLE conversations(
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_by_time ON conversations(created_ms);
INSERT INTO conversations VALUES('call:toolu_1','[{"family":"anthropic","kind":"text","signature":"c2ln"}]',1793491200000);
CREATE TABLE account_events(
  number INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  signal TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  hint INTEGER NOT NULL,
  error_kind TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  retry_after_ms INTEGER,
  code TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX account_events_by_account ON account_events(account_id, number);
INSERT INTO account_events VALUES(1,'acc_1',1793491200000,'gpt-5','ready','cooling','rate_limited',1793491230000,1,
  'rate_minute',429,30000,'rate_limit_exceeded','Slow down');
PRAGMA user_version=4;
