/** The API as types, made by `npm run generate` from the server's OpenAPI document; never edited by hand. */
export interface paths {
    "/api/setup/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getClaim"];
        put?: never;
        post: operations["claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["changeMyPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listChargers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCharger"];
        put?: never;
        post?: never;
        delete: operations["removeCharger"];
        options?: never;
        head?: never;
        patch: operations["updateCharger"];
        trace?: never;
    };
    "/api/chargers/{id}/inspection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["recordInspection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["startCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["stopCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["authorizeCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["pauseCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resumeCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/charge-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["chargeNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["unlockCable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resetCharger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/allowed-current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["setAllowedCurrent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chargers/{id}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/curve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSessionCurve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listStations"];
        put?: never;
        post: operations["addStation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getStation"];
        put?: never;
        post?: never;
        delete: operations["removeStation"];
        options?: never;
        head?: never;
        patch: operations["updateStation"];
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDevices"];
        put?: never;
        post: operations["addDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDevice"];
        put?: never;
        post?: never;
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/api/devices/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["approveDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["renewDevicePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDeviceMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/ocpp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDeviceActions"];
        put?: never;
        post: operations["callDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCards"];
        put?: never;
        post: operations["addCard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCard"];
        put?: never;
        post?: never;
        delete: operations["removeCard"];
        options?: never;
        head?: never;
        patch: operations["updateCard"];
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listUsers"];
        put?: never;
        post: operations["addUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTokens"];
        put?: never;
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getErrorGuide"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {unknown} */
        Action: "allowed-current" | "authorize" | "charge-now" | "pause" | "reset" | "resume" | "start" | "stop" | "unlock";
        ActionSchema: {
            action: string;
            schema: Record<string, never>;
        };
        Actions: {
            version: string;
            actions: components["schemas"]["ActionSchema"][];
        };
        AddedDevice: {
            device: components["schemas"]["Device"];
            ocpp: components["schemas"]["OcppAccess"];
        };
        AddedUser: {
            id: string;
            email: string;
            first_name: string;
            last_name: string;
            role: components["schemas"]["Role"];
            station_ids: string[] | null;
            created_at: string | null;
            initial_password: string | null;
        };
        AllowedCurrent: {
            current_a: number;
        };
        Approval: {
            /** @default null */
            name: string | null;
            /** @default null */
            station_id: string | null;
            /** @default 16 */
            installation_current_a: number;
            /** @default false */
            plug_and_charge: boolean;
        };
        AuthorizedBy: {
            kind: components["schemas"]["AuthorizerKind"];
            label: string;
        };
        /** @enum {unknown} */
        AuthorizerKind: "card" | "plug_and_charge" | "remote" | "unknown" | "user";
        Call: {
            action: string;
            /** @default {} */
            payload: Record<string, never>;
        };
        CallResult: {
            result: Record<string, never>;
        };
        Capabilities: {
            limits_current: boolean;
            unlocks: boolean;
            reserves: boolean;
            three_phase: boolean | null;
        };
        Card: {
            id: string;
            id_tag: string;
            label: string;
            user_id: string | null;
            blocked: boolean;
            expires_at: string | null;
            parent_id_tag: string | null;
        };
        CardChanges: {
            id_tag?: string;
            label?: string;
            user_id?: string | null;
            blocked?: boolean;
            expires_at?: string | null;
            parent_id_tag?: string | null;
        };
        CardPage: {
            items: components["schemas"]["Card"][];
            next_cursor: string | null;
        };
        Charger: {
            id: string;
            name: string;
            station_id: string;
            device_id: string;
            connector: number;
            driver: string;
            vendor: string | null;
            model: string | null;
            serial: string | null;
            firmware: string | null;
            status: components["schemas"]["Status"];
            status_reason: components["schemas"]["StatusReason"] | null;
            plugged: boolean;
            plug_and_charge: boolean;
            locked: boolean;
            inspection_required: boolean;
            power_w: number | null;
            session: components["schemas"]["ChargerSession"] | null;
            allowed_current_a: number;
            installation_current_a: number;
            current_range_a: components["schemas"]["CurrentRange"];
            limit: components["schemas"]["Limit"];
            phases: components["schemas"]["Phase"][];
            temperature_c: number | null;
            soc_ratio: number | null;
            lifetime_energy_wh: number | null;
            errors: components["schemas"]["ChargerError"][];
            warnings: components["schemas"]["Warning"][];
            actions: components["schemas"]["Action"][];
            pending: components["schemas"]["Pending"][];
            connection: components["schemas"]["Connection"];
            capabilities: components["schemas"]["Capabilities"];
            reservation: components["schemas"]["Reservation"] | null;
            availability: string;
            device_status: string | null;
            priority: number;
            clock_offset_s: number | null;
            seen_at: string | null;
            updated_at: string;
            seq: number;
        };
        ChargerChanges: {
            name?: string;
            station_id?: string;
            plug_and_charge?: boolean;
            locked?: boolean;
            priority?: number;
            installation_current_a?: number;
        };
        ChargerError: {
            type: components["schemas"]["ErrorType"];
            severity: string;
            detail: string;
            since: string;
        };
        ChargerPage: {
            items: components["schemas"]["Charger"][];
            next_cursor: string | null;
        };
        ChargerSession: {
            id: string;
            state: string;
            started_at: string;
            energy_wh: number;
            charging_time_s: number;
            meter_start_wh: number;
            authorized_by: components["schemas"]["AuthorizedBy"] | null;
            cost: components["schemas"]["Money"] | null;
        };
        Claim: {
            code: string;
            email: string;
            password: string;
            /** @default  */
            first_name: string;
            /** @default  */
            last_name: string;
        };
        ClaimState: {
            claimed: boolean;
        };
        Connection: {
            online: boolean;
            since: string | null;
            address: string | null;
            protocol: string | null;
        };
        CreatedToken: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            created_by: string | null;
            created_at: string;
            expires_at: string | null;
            last_used_at: string | null;
            token: string;
        };
        CurrentRange: {
            min: number;
            max: number;
        };
        Curve: {
            points: components["schemas"]["CurvePoint"][];
            limits: components["schemas"]["LimitSpan"][];
            resolution_s: number;
        };
        CurvePoint: {
            at: string;
            power_w: number | null;
            current_a: number | null;
            energy_wh: number | null;
            limit_a: number | null;
        };
        Device: {
            id: string;
            name: string;
            driver: string;
            station_id: string;
            state: string;
            connected: boolean;
            address: string | null;
            protocol: string | null;
            vendor: string | null;
            model: string | null;
            serial: string | null;
            firmware: string | null;
            has_password: boolean;
            first_seen_at: string;
            last_seen_at: string | null;
            clock_offset_s: number | null;
            firmware_status: string | null;
            diagnostics_status: string | null;
            charger_ids: string[];
            seq: number;
        };
        DeviceChanges: {
            name?: string;
            station_id?: string;
        };
        DevicePage: {
            items: components["schemas"]["Device"][];
            next_cursor: string | null;
        };
        /** @enum {unknown} */
        ErrorType: "car_error" | "critical_temperature" | "device_hot" | "ev_communication_error" | "metering_error" | "overcurrent" | "relay_failure" | "residual_current" | "system_error" | "voltage_out_of_range";
        FieldError: {
            field: string;
            message: string;
        };
        Guide: {
            items: components["schemas"]["GuideEntry"][];
            language: string;
        };
        GuideEntry: {
            type: components["schemas"]["ErrorType"];
            title: string;
            severity: string;
            meaning: string;
            what_chargedeck_did: string;
            what_to_do: string;
            when_to_call: string;
        };
        Health: {
            /** @enum {unknown} */
            status: "ok";
        };
        Inspection: {
            inspector: string;
            /** @default  */
            note: string;
        };
        Limit: {
            current_a: number;
            reason: components["schemas"]["LimitReason"];
            confirmed_a: number | null;
            binding: boolean;
            ladder: components["schemas"]["Rung"][];
        };
        LimitHistory: {
            items: components["schemas"]["LimitSpan"][];
        };
        /** @enum {unknown} */
        LimitReason: "cable" | "dynamic" | "grid_operator" | "installation" | "load_balancing" | "meter_lost" | "ocpp" | "phase_switching" | "price" | "schedule" | "solar" | "temperature" | "user";
        LimitSpan: {
            from: string;
            to: string;
            current_a: number;
            reason: components["schemas"]["LimitReason"];
        };
        Login: {
            email: string;
            password: string;
        };
        Me: {
            id: string;
            email: string | null;
            first_name: string;
            last_name: string;
            role: components["schemas"]["Role"];
            station_ids: string[] | null;
            language: string;
            time_zone: string;
            theme: string;
            advanced_data: boolean;
            csrf_token: string | null;
            simulator_url: string | null;
            server: components["schemas"]["Server"];
        };
        Money: {
            amount: string;
            currency: string;
        };
        NewCard: {
            id_tag: string;
            /** @default null */
            label: string | null;
            /** @default null */
            user_id: string | null;
            /** @default false */
            blocked: boolean;
            /** @default null */
            expires_at: string | null;
            /** @default null */
            parent_id_tag: string | null;
        };
        NewDevice: {
            id: string;
            /** @default null */
            name: string | null;
            /** @default null */
            station_id: string | null;
            /**
             * @default ocpp16
             * @enum {unknown}
             */
            driver: "ocpp16";
            /** @default 16 */
            installation_current_a: number;
            /** @default false */
            plug_and_charge: boolean;
        };
        NewStation: {
            name: string;
            /** @default UTC */
            time_zone: string;
            /** @default false */
            is_default: boolean;
            /** @default null */
            id: string | null;
        };
        NewToken: {
            name: string;
            role: components["schemas"]["Role"];
            /** @default null */
            expires_at: string | null;
        };
        NewUser: {
            email: string;
            role: components["schemas"]["Role"];
            /** @default  */
            first_name: string;
            /** @default  */
            last_name: string;
            /** @default null */
            station_ids: string[] | null;
            /** @default null */
            password: string | null;
        };
        Nothing: Record<string, never>;
        OcppAccess: {
            url: string;
            id: string;
            password: string;
        };
        OcppMessage: {
            at: string;
            /** @enum {unknown} */
            direction: "in" | "out";
            type: string;
            action: string | null;
            message_id: string | null;
            payload: unknown;
        };
        OcppMessages: {
            items: components["schemas"]["OcppMessage"][];
        };
        PasswordChange: {
            current_password: string;
            new_password: string;
        };
        Pending: {
            command: components["schemas"]["Action"];
            since: string;
            by: string;
        };
        Phase: {
            phase: number;
            voltage_v: number | null;
            current_a: number | null;
            power_w: number | null;
            power_factor_ratio: number | null;
            computed: string[];
        };
        Preferences: {
            first_name?: string;
            last_name?: string;
            language?: string;
            time_zone?: string;
            /** @enum {unknown} */
            theme?: "dark" | "light" | "system";
            advanced_data?: boolean;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            /** @default [] */
            errors: components["schemas"]["FieldError"][];
        };
        Ready: {
            /** @enum {unknown} */
            status: "not_ready" | "ready";
            checks: {
                [key: string]: "failed" | "ok";
            };
        };
        Reservation: {
            id: number;
            expires_at: string | null;
        };
        ResetKind: {
            /**
             * @default soft
             * @enum {unknown}
             */
            kind: "hard" | "soft";
        };
        /** @enum {unknown} */
        Role: "driver" | "operator" | "owner" | "viewer";
        Rung: {
            reason: components["schemas"]["LimitReason"];
            current_a: number;
            detail: string | null;
        };
        Sample: {
            at: string;
            power_w: number | null;
            energy_wh: number | null;
            current_a: (number | null)[];
            voltage_v: (number | null)[];
            temperature_c: number | null;
            limit_a: number | null;
        };
        Samples: {
            items: components["schemas"]["Sample"][];
            resolution_s: number;
        };
        Server: {
            version: string;
            ocpp_url: string;
        };
        Session: {
            id: string;
            charger_id: string;
            charger_name: string;
            station_id: string;
            started_at: string;
            ended_at: string | null;
            energy_wh: number;
            charging_time_s: number;
            meter_start_wh: number;
            meter_stop_wh: number | null;
            authorized_by: components["schemas"]["AuthorizedBy"] | null;
            stop_reason: string | null;
            origin: string;
            anomalies: string[];
            cost: components["schemas"]["Money"] | null;
            seq: number;
        };
        SessionPage: {
            items: components["schemas"]["Session"][];
            next_cursor: string | null;
        };
        Station: {
            id: string;
            name: string;
            is_default: boolean;
            time_zone: string;
            seq: number;
        };
        StationChanges: {
            name?: string;
            time_zone?: string;
            is_default?: boolean;
        };
        StationPage: {
            items: components["schemas"]["Station"][];
            next_cursor: string | null;
        };
        /** @enum {unknown} */
        Status: "available" | "awaiting" | "charging" | "error" | "offline" | "paused";
        /** @enum {unknown} */
        StatusReason: "authorization" | "inspection" | "load_balancing" | "locked" | "price" | "schedule" | "solar" | "updating" | "user" | "vehicle";
        Token: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            created_by: string | null;
            created_at: string;
            expires_at: string | null;
            last_used_at: string | null;
        };
        TokenPage: {
            items: components["schemas"]["Token"][];
            next_cursor: string | null;
        };
        User: {
            id: string;
            email: string;
            first_name: string;
            last_name: string;
            role: components["schemas"]["Role"];
            station_ids: string[] | null;
            created_at: string | null;
        };
        UserChanges: {
            email?: string;
            role?: components["schemas"]["Role"];
            first_name?: string;
            last_name?: string;
            station_ids?: string[] | null;
            password?: string;
        };
        UserPage: {
            items: components["schemas"]["User"][];
            next_cursor: string | null;
        };
        Warning: {
            code: string;
            detail: string;
            since: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getClaim: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimState"];
                };
            };
        };
    };
    claim: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claim"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    changeMyPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    listChargers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                station?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChargerPage"];
                };
            };
        };
    };
    getCharger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    removeCharger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateCharger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChargerChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    recordInspection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Inspection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    startCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    stopCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    authorizeCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    pauseCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    resumeCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    chargeNow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    unlockCable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    resetCharger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResetKind"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    setAllowedCurrent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllowedCurrent"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Charger"];
                };
            };
        };
    };
    getSamples: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                resolution?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Samples"];
                };
            };
        };
    };
    getLimits: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitHistory"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                charger?: string;
                station?: string;
                from?: string;
                to?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    getSessionCurve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Curve"];
                };
            };
        };
    };
    listStations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationPage"];
                };
            };
        };
    };
    addStation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Station"];
                };
            };
        };
    };
    getStation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Station"];
                };
            };
        };
    };
    removeStation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateStation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StationChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Station"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                station?: string;
                state?: "approved" | "pending";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
        };
    };
    addDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedDevice"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
        };
    };
    approveDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Approval"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
        };
    };
    renewDevicePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OcppAccess"];
                };
            };
        };
    };
    listDeviceMessages: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                action?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OcppMessages"];
                };
            };
        };
    };
    listDeviceActions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Actions"];
                };
            };
        };
    };
    callDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Call"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallResult"];
                };
            };
        };
    };
    listCards: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardPage"];
                };
            };
        };
    };
    addCard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCard"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
        };
    };
    getCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
        };
    };
    removeCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CardChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
        };
    };
    addUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedUser"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getErrorGuide: {
        parameters: {
            query?: {
                lang?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Guide"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                station?: string;
                charger?: string;
                last_event_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
}
