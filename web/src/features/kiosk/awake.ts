/** Keeps the screen of a wall display on, where the browser lets a page do so. */

/** Begin, and again whenever the page is seen again, since a browser lets go when it is hidden; returns how to stop. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const hold = async (): Promise<void> => {
    if (document.hidden || over) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (over) await lock.release();
    } catch {
      // Without HTTPS, or with an empty battery, the display has to be kept on by its own settings.
    }
  };
  const again = (): void => void hold();
  document.addEventListener("visibilitychange", again);
  void hold();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
