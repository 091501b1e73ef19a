BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE cards (
	id TEXT NOT NULL, 
	id_tag TEXT NOT NULL, 
	tag_key TEXT NOT NULL, 
	label TEXT NOT NULL, 
	user_id TEXT, 
	blocked BOOLEAN NOT NULL, 
	expires_at BIGINT, 
	parent_id_tag TEXT, 
	CONSTRAINT pk_cards PRIMARY KEY (id), 
	CONSTRAINT uq_cards_tag_key UNIQUE (tag_key), 
	CONSTRAINT fk_cards_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE SET NULL
);
INSERT INTO "cards" VALUES('k1','04A2','04A2','Blue card','u1',0,1780375140000000,'P');
CREATE TABLE charger_keys (
	"key" INTEGER NOT NULL, 
	charger_id TEXT NOT NULL, 
	CONSTRAINT pk_charger_keys PRIMARY KEY ("key"), 
	CONSTRAINT uq_charger_keys_charger_id UNIQUE (charger_id)
);
INSERT INTO "charger_keys" VALUES(1,'garage');
CREATE TABLE chargers (
	id TEXT NOT NULL, 
	device_id TEXT NOT NULL, 
	connector INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	installation_current_a DOUBLE NOT NULL, 
	allowed_current_a DOUBLE NOT NULL, 
	plug_and_charge BOOLEAN NOT NULL, 
	locked BOOLEAN NOT NULL, 
	priority INTEGER NOT NULL, 
	user_paused BOOLEAN NOT NULL, 
	inspection_required BOOLEAN NOT NULL, 
	lifetime_energy_wh DOUBLE, 
	CONSTRAINT pk_chargers PRIMARY KEY (id), 
	CONSTRAINT fk_chargers_device_id FOREIGN KEY(device_id) REFERENCES devices (id) ON DELETE CASCADE, 
	CONSTRAINT fk_chargers_station_id FOREIGN KEY(station_id) REFERENCES stations (id)
);
INSERT INTO "chargers" VALUES('garage','garage',1,'Garage','home',16.0,16.0,0,0,2,1,0,1861119.5);
CREATE TABLE counters (
	name TEXT NOT NULL, 
	next_number INTEGER NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('transactions',16384);
CREATE TABLE devices (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	driver TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	approved BOOLEAN NOT NULL, 
	first_seen_at BIGINT NOT NULL, 
	last_seen_at BIGINT, 
	password TEXT, 
	vendor TEXT, 
	model TEXT, 
	serial TEXT, 
	firmware TEXT, 
	CONSTRAINT pk_devices PRIMARY KEY (id), 
	CONSTRAINT fk_devices_station_id FOREIGN KEY(station_id) REFERENCES stations (id)
);
INSERT INTO "devices" VALUES('garage','Garage','ocpp16','home',1,1780315200000000,1780315260000000,'$argon2id$hash','ACME','Wall','0042','1.2.3');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	device_id TEXT, 
	charger_id TEXT, 
	actor TEXT, 
	detail TEXT, 
	CONSTRAINT pk_events PRIMARY KEY (id)
);
INSERT INTO "events" VALUES(1100287990359392256,1780315200000000,'error','garage','garage','Ada','{"type": "overcurrent", "phases": [1, 2]}');
CREATE TABLE fresh_samples (
	charger_key INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	register_wh DOUBLE, 
	power_w DOUBLE, 
	current_1_a DOUBLE, 
	current_2_a DOUBLE, 
	current_3_a DOUBLE, 
	voltage_1_v DOUBLE, 
	voltage_2_v DOUBLE, 
	voltage_3_v DOUBLE, 
	temperature_c DOUBLE, 
	soc_ratio DOUBLE, 
	limit_a DOUBLE
);
INSERT INTO "fresh_samples" VALUES(1,1780321260000000,9750.5,7360.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,16.0);
CREATE TABLE limit_changes (
	charger_key INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	current_a DOUBLE NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_limit_changes PRIMARY KEY (charger_key, at)
)
 WITHOUT ROWID

;
INSERT INTO "limit_changes" VALUES(1,1780315200000000,13.0,'load_balancing');
CREATE TABLE samples (
	charger_key INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	register_wh DOUBLE, 
	power_w DOUBLE, 
	current_1_a DOUBLE, 
	current_2_a DOUBLE, 
	current_3_a DOUBLE, 
	voltage_1_v DOUBLE, 
	voltage_2_v DOUBLE, 
	voltage_3_v DOUBLE, 
	temperature_c DOUBLE, 
	soc_ratio DOUBLE, 
	limit_a DOUBLE, 
	CONSTRAINT pk_samples PRIMARY KEY (charger_key, at)
)
 WITHOUT ROWID

;
INSERT INTO "samples" VALUES(1,1780315201000000,NULL,NULL,17.0,18.0,19.0,230.0,231.0,232.0,NULL,NULL,16.0);
CREATE TABLE secrets (
	name TEXT NOT NULL, 
	value BLOB NOT NULL, 
	CONSTRAINT pk_secrets PRIMARY KEY (name)
);
INSERT INTO "secrets" VALUES('transactions',X'00736563726574FF');
CREATE TABLE sessions (
	id TEXT NOT NULL, 
	charger_id TEXT NOT NULL, 
	device_id TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	meter_start_wh DOUBLE NOT NULL, 
	meter_last_wh DOUBLE NOT NULL, 
	charging_time_s DOUBLE NOT NULL, 
	ended_at BIGINT, 
	meter_stop_wh DOUBLE, 
	authorizer_kind TEXT, 
	authorizer_label TEXT, 
	authorizer_key TEXT, 
	id_tag TEXT, 
	stop_reason TEXT, 
	origin TEXT NOT NULL, 
	anomalies TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id)
);
INSERT INTO "sessions" VALUES('s1','garage','garage','home','1',1780315260000000,1000.0,9500.25,4321.5,1780320600000000,9500.25,'card','Blue card','k1','04A2','EVDisconnected','offline','["clock_off"]');
INSERT INTO "sessions" VALUES('s100','garage','garage','home','100',1780321200000000,9500.0,9500.0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'live','[]');
CREATE TABLE sign_ins (
	digest TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	csrf_token TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	last_used_at BIGINT NOT NULL, 
	address TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	CONSTRAINT pk_sign_ins PRIMARY KEY (digest), 
	CONSTRAINT fk_sign_ins_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "sign_ins" VALUES('cookie','u1','csrf',1780315200000000,1780375140000000,1780315200000000,'192.0.2.1','Firefox');
CREATE TABLE signed_values (
	device_id TEXT NOT NULL, 
	connector INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	ref TEXT, 
	context TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_signed_values PRIMARY KEY (device_id, connector, at, digest)
);
INSERT INTO "signed_values" VALUES('garage',1,1780315200000000,'6bbc1ab646792f4ccb3d0ee7eba3090429a41774d2ce4b904e6699115c6dbec7','1','Transaction.End','OCMF|{}|{}');
CREATE TABLE stations (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	is_default BOOLEAN NOT NULL, 
	time_zone TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_stations PRIMARY KEY (id)
);
INSERT INTO "stations" VALUES('home','Home',1,'Europe/Berlin',1780315200000000);
CREATE TABLE tokens (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	created_by TEXT, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	last_used_at BIGINT, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT uq_tokens_digest UNIQUE (digest)
);
INSERT INTO "tokens" VALUES('t1','Home Assistant','driver','digest','u1',1780315200000000,NULL,NULL);
CREATE TABLE users (
	id TEXT NOT NULL, 
	email TEXT NOT NULL, 
	email_key TEXT NOT NULL, 
	password TEXT NOT NULL, 
	role TEXT NOT NULL, 
	first_name TEXT NOT NULL, 
	last_name TEXT NOT NULL, 
	language TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	theme TEXT NOT NULL, 
	advanced_data BOOLEAN NOT NULL, 
	station_ids TEXT, 
	created_at BIGINT, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_email_key UNIQUE (email_key)
);
INSERT INTO "users" VALUES('u1','Ada@example.org','ada@example.org','$argon2id$hash','owner','','','en','UTC','system',0,NULL,1780315200000000);
CREATE UNIQUE INDEX ix_stations_one_default ON stations (is_default) WHERE is_default;
CREATE INDEX ix_sessions_started_at_id ON sessions (started_at, id);
CREATE INDEX ix_sessions_device_id_ref ON sessions (device_id, ref);
CREATE INDEX ix_sessions_charger_id_started_at_id ON sessions (charger_id, started_at, id);
CREATE INDEX ix_sessions_station_id_started_at_id ON sessions (station_id, started_at, id);
CREATE INDEX ix_sessions_open ON sessions (charger_id) WHERE ended_at IS NULL;
CREATE INDEX ix_signed_values_device_id_ref ON signed_values (device_id, ref);
CREATE INDEX ix_events_at_id ON events (at, id);
CREATE INDEX ix_events_charger_id_at_id ON events (charger_id, at, id);
CREATE INDEX ix_cards_user_id ON cards (user_id);
CREATE INDEX ix_sign_ins_user_id ON sign_ins (user_id);
CREATE INDEX ix_chargers_device_id ON chargers (device_id);
COMMIT;
