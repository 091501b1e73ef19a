/** Short messages that pass by themselves; it holds them and knows nothing of what happened. */

export type ToastKind = "error" | "info" | "success";

export interface Toast {
  id: number;
  kind: ToastKind;
  text: string;
  /** What can be done about it; such a message waits until it is dismissed. */
  action?: { label: string; run: () => void };
}

const STAY_MS: Record<ToastKind, number> = { error: 12_000, info: 7_000, success: 5_000 };
const MOST = 4;

export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(kind: ToastKind, text: string, action?: Toast["action"]): void {
    const id = this.#next++;
    const toast = action === undefined ? { id, kind, text } : { id, kind, text, action };
    this.#list = [...this.#list, toast].slice(-MOST);
    if (action === undefined) setTimeout(() => this.dismiss(id), STAY_MS[kind]);
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}
