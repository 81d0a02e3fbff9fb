-- traffic.db as schema version 1 left it. Never edit: files like this one are on people's disks.
PRAGMA application_id=1594515237;
CREATE TABLE requests(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  started_ms INTEGER NOT NULL,
  client_dialect TEXT NOT NULL,
  operation TEXT NOT NULL,
  model TEXT NOT NULL,
  upstream_model TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_label TEXT NOT NULL,
  upstream_dialect TEXT NOT NULL,
  client_key_id TEXT NOT NULL,
  stream INTEGER NOT NULL,
  translated INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error_kind TEXT NOT NULL,
  error_text TEXT NOT NULL,
  first_byte_us INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  gateway_us INTEGER NOT NULL,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  stop_reason TEXT NOT NULL,
  attempts_json TEXT NOT NULL,
  losses_json TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  trace_id TEXT NOT NULL
);
CREATE INDEX requests_by_time ON requests(started_ms, id);
CREATE INDEX failed_requests_by_time ON requests(started_ms, id) WHERE error_kind <> '';
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
INSERT INTO requests VALUES(1,'req_1',1793491200000,'chat','chat','gpt-5','gpt-5','acc_1','Work','chat','',1,0,200,'','',
  1200,90000,80,10,0,0,20,NULL,'stop','[{"account":"acc_1"}]','[]','curl/8','0af7651916cd43dd8448eb211c80319c');
INSERT INTO rollups VALUES(1793491200000,'gpt-5','acc_1','chat','','Work',1,0,10,0,0,20,0);
PRAGMA user_version=1;
