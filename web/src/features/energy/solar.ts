/** Panels as a form has them and as the server wants them, and how much a forecast brings on a day; pure. */
import type { Forecast, SolarSettings } from "$lib/api/types";

export interface PlaneForm {
  kilowatts: string;
  tilt: string;
  azimuth: string;
}

export interface SolarForm {
  latitude: string;
  longitude: string;
  planes: PlaneForm[];
  asks: boolean;
}

export const MOST_PLANES = 6;

export const newPlane = (): PlaneForm => ({ kilowatts: "", tilt: "35", azimuth: "180" });

export const solarForm = (settings: SolarSettings | null): SolarForm =>
  settings === null
    ? { latitude: "", longitude: "", planes: [newPlane()], asks: false }
    : {
        latitude: String(settings.latitude_deg),
        longitude: String(settings.longitude_deg),
        planes: settings.planes.map((plane) => ({
          kilowatts: String(plane.peak_w / 1000),
          tilt: String(plane.tilt_deg),
          azimuth: String(plane.azimuth_deg),
        })),
        asks: settings.service === "open_meteo",
      };

export const solarSettings = (form: SolarForm): SolarSettings => ({
  latitude_deg: Number(form.latitude),
  longitude_deg: Number(form.longitude),
  planes: form.planes.map(({ kilowatts, tilt, azimuth }) => ({
    peak_w: Number(kilowatts) * 1000,
    tilt_deg: Number(tilt),
    azimuth_deg: Number(azimuth),
  })),
  service: form.asks ? "open_meteo" : "none",
});

const HOURS = 0.25;

/** Watt-hours that the sun is expected to bring on a day of the station, by `dayOf` of a slot's start. */
export const broughtOn = (slots: Forecast["slots"], day: string, dayOf: (at: Date) => string): number =>
  slots.reduce((sum, { start, solar_w }) => sum + (dayOf(new Date(start)) === day ? solar_w * HOURS : 0), 0);
