/** All calls about what lets people in: passkeys, codes, sign-ins, invitations, and the audit log. */
import type { Server } from "./server";
import type {
  Acceptance,
  AuditPage,
  CardLearning,
  CreatedInvitation,
  Enrolment,
  Invitation,
  InvitationDraft,
  InvitationShown,
  Me,
  Passkey,
  SignIn,
} from "./types";

/** What is passed between the server and the browser's authenticator; nobody here looks into it. */
type Json = Record<string, never>;

const at = (id: string) => ({ params: { path: { id } } });

export const listPasskeys = async (server: Server): Promise<Passkey[]> =>
  (await server.answer(server.http.GET("/api/passkeys"))).items;

export const passkeyOptions = async (server: Server): Promise<Json> =>
  (await server.answer(server.http.POST("/api/passkeys/options", { body: {} }))).public_key;

export const addPasskey = (server: Server, name: string, credential: Json): Promise<Passkey> =>
  server.answer(server.http.POST("/api/passkeys", { body: { name, credential } }));

export const renamePasskey = (server: Server, id: string, name: string): Promise<Passkey> =>
  server.answer(server.http.PATCH("/api/passkeys/{id}", { ...at(id), body: { name } }));

export const revokePasskey = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/passkeys/{id}", at(id)));

export const passkeyLoginOptions = async (server: Server): Promise<Json> =>
  (await server.answer(server.http.POST("/api/login/passkey/options", { body: {} }))).public_key;

export const signInWithPasskey = (server: Server, credential: Json): Promise<Me> =>
  server.answer(server.http.POST("/api/login/passkey", { body: { credential } }));

export const signInByProxy = (server: Server): Promise<Me> =>
  server.answer(server.http.POST("/api/login/proxy", { body: {} }));

export const codesAreOn = async (server: Server): Promise<boolean> =>
  (await server.answer(server.http.GET("/api/me/second-factor"))).on;

export const beginCodes = (server: Server, password: string): Promise<Enrolment> =>
  server.answer(server.http.POST("/api/me/second-factor", { body: { current_password: password } }));

export const confirmCodes = async (server: Server, code: string): Promise<string[]> =>
  (await server.answer(server.http.POST("/api/me/second-factor/confirm", { body: { code } }))).recovery_codes;

export const endCodes = (server: Server, password: string): Promise<undefined> =>
  server.answer(server.http.POST("/api/me/second-factor/off", { body: { current_password: password } }));

export const listSignIns = async (server: Server): Promise<SignIn[]> =>
  (await server.answer(server.http.GET("/api/me/sign-ins"))).items;

export const endSignIn = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/me/sign-ins/{id}", at(id)));

export const endOtherSignIns = (server: Server): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/me/sign-ins"));

export const listInvitations = async (server: Server): Promise<Invitation[]> =>
  (await server.answer(server.http.GET("/api/invitations"))).items;

export const invite = (server: Server, body: InvitationDraft): Promise<CreatedInvitation> =>
  server.answer(server.http.POST("/api/invitations", { body }));

export const revokeInvitation = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/invitations/{id}", at(id)));

export const openInvitation = (server: Server, code: string): Promise<InvitationShown> =>
  server.answer(server.http.POST("/api/invitation", { body: { code } }));

export const guestPasskeyOptions = (
  server: Server,
  body: { code: string; email: string; first_name: string; last_name: string },
): Promise<{ public_key: Json; user_id: string }> =>
  server.answer(server.http.POST("/api/invitation/passkey", { body }));

export const acceptInvitation = (server: Server, body: Acceptance): Promise<Me> =>
  server.answer(server.http.POST("/api/invitation/accept", { body }));

export const listDeeds = (server: Server, query: { actor?: string; cursor?: string }): Promise<AuditPage> =>
  server.answer(server.http.GET("/api/audit", { params: { query } }));

export const beginCardLearning = (server: Server, charger: string): Promise<CardLearning> =>
  server.answer(server.http.POST("/api/chargers/{id}/card-learning", { ...at(charger), body: {} }));

export const cardLearning = (server: Server, charger: string): Promise<CardLearning> =>
  server.answer(server.http.GET("/api/chargers/{id}/card-learning", at(charger)));

export const endCardLearning = (server: Server, charger: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/chargers/{id}/card-learning", at(charger)));
