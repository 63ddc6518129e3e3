/** Importing this file changes the environment: see {@link NO_TELEMETRY}. */
import { NO_TELEMETRY } from "../../shared/noTelemetry.ts";

Object.assign(process.env, NO_TELEMETRY);
