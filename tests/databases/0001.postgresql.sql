SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.cards (
    id text NOT NULL COLLATE pg_catalog."C",
    id_tag text NOT NULL COLLATE pg_catalog."C",
    tag_key text NOT NULL COLLATE pg_catalog."C",
    label text NOT NULL COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    blocked boolean NOT NULL,
    expires_at bigint,
    parent_id_tag text COLLATE pg_catalog."C"
);
CREATE TABLE public.charger_keys (
    key bigint NOT NULL,
    charger_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.charger_keys_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.charger_keys_key_seq OWNED BY public.charger_keys.key;
CREATE TABLE public.chargers (
    id text NOT NULL COLLATE pg_catalog."C",
    device_id text NOT NULL COLLATE pg_catalog."C",
    connector integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    station_id text NOT NULL COLLATE pg_catalog."C",
    installation_current_a double precision NOT NULL,
    allowed_current_a double precision NOT NULL,
    plug_and_charge boolean NOT NULL,
    locked boolean NOT NULL,
    priority integer NOT NULL,
    user_paused boolean NOT NULL,
    inspection_required boolean NOT NULL,
    lifetime_energy_wh double precision
);
CREATE TABLE public.counters (
    name text NOT NULL COLLATE pg_catalog."C",
    next_number bigint NOT NULL
);
CREATE TABLE public.devices (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    driver text NOT NULL COLLATE pg_catalog."C",
    station_id text NOT NULL COLLATE pg_catalog."C",
    approved boolean NOT NULL,
    first_seen_at bigint NOT NULL,
    last_seen_at bigint,
    password text COLLATE pg_catalog."C",
    vendor text COLLATE pg_catalog."C",
    model text COLLATE pg_catalog."C",
    serial text COLLATE pg_catalog."C",
    firmware text COLLATE pg_catalog."C"
);
CREATE TABLE public.events (
    id bigint NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    device_id text COLLATE pg_catalog."C",
    charger_id text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    detail text
);
CREATE TABLE public.fresh_samples (
    charger_key bigint NOT NULL,
    at bigint NOT NULL,
    register_wh double precision,
    power_w double precision,
    current_1_a double precision,
    current_2_a double precision,
    current_3_a double precision,
    voltage_1_v double precision,
    voltage_2_v double precision,
    voltage_3_v double precision,
    temperature_c double precision,
    soc_ratio double precision,
    limit_a double precision
);
CREATE TABLE public.limit_changes (
    charger_key bigint NOT NULL,
    at bigint NOT NULL,
    current_a double precision NOT NULL,
    reason text NOT NULL
);
CREATE TABLE public.samples (
    charger_key bigint NOT NULL,
    at bigint NOT NULL,
    register_wh double precision,
    power_w double precision,
    current_1_a double precision,
    current_2_a double precision,
    current_3_a double precision,
    voltage_1_v double precision,
    voltage_2_v double precision,
    voltage_3_v double precision,
    temperature_c double precision,
    soc_ratio double precision,
    limit_a double precision
);
CREATE TABLE public.secrets (
    name text NOT NULL COLLATE pg_catalog."C",
    value bytea NOT NULL
);
CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    charger_id text NOT NULL COLLATE pg_catalog."C",
    device_id text NOT NULL COLLATE pg_catalog."C",
    station_id text NOT NULL COLLATE pg_catalog."C",
    ref text NOT NULL COLLATE pg_catalog."C",
    started_at bigint NOT NULL,
    meter_start_wh double precision NOT NULL,
    meter_last_wh double precision NOT NULL,
    charging_time_s double precision NOT NULL,
    ended_at bigint,
    meter_stop_wh double precision,
    authorizer_kind text,
    authorizer_label text COLLATE pg_catalog."C",
    authorizer_key text COLLATE pg_catalog."C",
    id_tag text COLLATE pg_catalog."C",
    stop_reason text COLLATE pg_catalog."C",
    origin text NOT NULL,
    anomalies text NOT NULL
);
CREATE TABLE public.sign_ins (
    digest text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    csrf_token text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.signed_values (
    device_id text NOT NULL COLLATE pg_catalog."C",
    connector integer NOT NULL,
    at bigint NOT NULL,
    digest character varying(64) NOT NULL,
    ref text COLLATE pg_catalog."C",
    context text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.stations (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    is_default boolean NOT NULL,
    time_zone text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    created_by text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint
);
CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C",
    email_key text NOT NULL COLLATE pg_catalog."C",
    password text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL,
    first_name text NOT NULL COLLATE pg_catalog."C",
    last_name text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL COLLATE pg_catalog."C",
    time_zone text NOT NULL COLLATE pg_catalog."C",
    theme text NOT NULL COLLATE pg_catalog."C",
    advanced_data boolean NOT NULL,
    station_ids text,
    created_at bigint
);
ALTER TABLE ONLY public.charger_keys ALTER COLUMN key SET DEFAULT nextval('public.charger_keys_key_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.cards VALUES ('k1', '04A2', '04A2', 'Blue card', 'u1', false, 1780375140000000, 'P');
INSERT INTO public.charger_keys VALUES (1, 'garage');
INSERT INTO public.chargers VALUES ('garage', 'garage', 1, 'Garage', 'home', 16, 16, false, false, 2, true, false, 1861119.5);
INSERT INTO public.counters VALUES ('transactions', 16384);
INSERT INTO public.devices VALUES ('garage', 'Garage', 'ocpp16', 'home', true, 1780315200000000, 1780315260000000, '$argon2id$hash', 'ACME', 'Wall', '0042', '1.2.3');
INSERT INTO public.events VALUES (5899932905920004096, 1780315200000000, 'error', 'garage', 'garage', 'Ada', '{"type": "overcurrent", "phases": [1, 2]}');
INSERT INTO public.fresh_samples VALUES (1, 1780321260000000, 9750.5, 7360, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 16);
INSERT INTO public.limit_changes VALUES (1, 1780315200000000, 13, 'load_balancing');
INSERT INTO public.samples VALUES (1, 1780315201000000, NULL, NULL, 17, 18, 19, 230, 231, 232, NULL, NULL, 16);
INSERT INTO public.secrets VALUES ('transactions', '\x00736563726574ff');
INSERT INTO public.sessions VALUES ('s1', 'garage', 'garage', 'home', '1', 1780315260000000, 1000, 9500.25, 4321.5, 1780320600000000, 9500.25, 'card', 'Blue card', 'k1', '04A2', 'EVDisconnected', 'offline', '["clock_off"]');
INSERT INTO public.sessions VALUES ('s100', 'garage', 'garage', 'home', '100', 1780321200000000, 9500, 9500, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'live', '[]');
INSERT INTO public.sign_ins VALUES ('cookie', 'u1', 'csrf', 1780315200000000, 1780375140000000, 1780315200000000, '192.0.2.1', 'Firefox');
INSERT INTO public.signed_values VALUES ('garage', 1, 1780315200000000, '6bbc1ab646792f4ccb3d0ee7eba3090429a41774d2ce4b904e6699115c6dbec7', '1', 'Transaction.End', 'OCMF|{}|{}');
INSERT INTO public.stations VALUES ('home', 'Home', true, 'Europe/Berlin', 1780315200000000);
INSERT INTO public.tokens VALUES ('t1', 'Home Assistant', 'driver', 'digest', 'u1', 1780315200000000, NULL, NULL);
INSERT INTO public.users VALUES ('u1', 'Ada@example.org', 'ada@example.org', '$argon2id$hash', 'owner', '', '', 'en', 'UTC', 'system', false, NULL, 1780315200000000);
SELECT pg_catalog.setval('public.charger_keys_key_seq', 2, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT pk_cards PRIMARY KEY (id);
ALTER TABLE ONLY public.charger_keys
    ADD CONSTRAINT pk_charger_keys PRIMARY KEY (key);
ALTER TABLE ONLY public.chargers
    ADD CONSTRAINT pk_chargers PRIMARY KEY (id);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT pk_counters PRIMARY KEY (name);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT pk_devices PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);
ALTER TABLE ONLY public.limit_changes
    ADD CONSTRAINT pk_limit_changes PRIMARY KEY (charger_key, at);
ALTER TABLE ONLY public.samples
    ADD CONSTRAINT pk_samples PRIMARY KEY (charger_key, at);
ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT pk_secrets PRIMARY KEY (name);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT pk_sign_ins PRIMARY KEY (digest);
ALTER TABLE ONLY public.signed_values
    ADD CONSTRAINT pk_signed_values PRIMARY KEY (device_id, connector, at, digest);
ALTER TABLE ONLY public.stations
    ADD CONSTRAINT pk_stations PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT uq_cards_tag_key UNIQUE (tag_key);
ALTER TABLE ONLY public.charger_keys
    ADD CONSTRAINT uq_charger_keys_charger_id UNIQUE (charger_id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_digest UNIQUE (digest);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_email_key UNIQUE (email_key);
CREATE INDEX ix_cards_user_id ON public.cards USING btree (user_id);
CREATE INDEX ix_chargers_device_id ON public.chargers USING btree (device_id);
CREATE INDEX ix_events_at_id ON public.events USING btree (at, id);
CREATE INDEX ix_events_charger_id_at_id ON public.events USING btree (charger_id, at, id);
CREATE INDEX ix_sessions_charger_id_started_at_id ON public.sessions USING btree (charger_id, started_at, id);
CREATE INDEX ix_sessions_device_id_ref ON public.sessions USING btree (device_id, ref);
CREATE INDEX ix_sessions_open ON public.sessions USING btree (charger_id) WHERE (ended_at IS NULL);
CREATE INDEX ix_sessions_started_at_id ON public.sessions USING btree (started_at, id);
CREATE INDEX ix_sessions_station_id_started_at_id ON public.sessions USING btree (station_id, started_at, id);
CREATE INDEX ix_sign_ins_user_id ON public.sign_ins USING btree (user_id);
CREATE INDEX ix_signed_values_device_id_ref ON public.signed_values USING btree (device_id, ref);
CREATE UNIQUE INDEX ix_stations_one_default ON public.stations USING btree (is_default) WHERE is_default;
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT fk_cards_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.chargers
    ADD CONSTRAINT fk_chargers_device_id FOREIGN KEY (device_id) REFERENCES public.devices(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.chargers
    ADD CONSTRAINT fk_chargers_station_id FOREIGN KEY (station_id) REFERENCES public.stations(id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT fk_devices_station_id FOREIGN KEY (station_id) REFERENCES public.stations(id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT fk_sign_ins_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
