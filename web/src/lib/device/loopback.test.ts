import { expect, test } from "vitest";
import { isLoopback } from "./loopback";

test.each([
  ["ws://127.0.0.1:9000/ocpp/", true],
  ["ws://localhost/ocpp/", true],
  ["wss://app.localhost:9000/ocpp/", true],
  ["ws://[::1]:9000/ocpp/", true],
  ["ws://192.168.1.2:9000/ocpp/", false],
  ["ws://raspberrypi.local:9000/ocpp/", false],
  ["wss://127.0.0.1.example/ocpp/", false],
])("%s leads a device to itself: %s", (url, itself) => {
  expect(isLoopback(url)).toBe(itself);
});
