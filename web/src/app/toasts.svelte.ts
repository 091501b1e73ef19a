/** Short messages that pass by themselves; it holds them and knows nothing of what happened. */

export type ToastKind = "error" | "info" | "success";

export interface Toast {
  id: number;
  kind: ToastKind;
  text: string;
}

const STAY_MS: Record<ToastKind, number> = { error: 12_000, info: 7_000, success: 5_000 };
const MOST = 4;

export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(kind: ToastKind, text: string): void {
    const id = this.#next++;
    this.#list = [...this.#list, { id, kind, text }].slice(-MOST);
    setTimeout(() => this.dismiss(id), STAY_MS[kind]);
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}
