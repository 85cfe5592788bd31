// Everything that callers import besides createEnrol, on every platform.

export type { Audit, AuditEvent, AuditFunction } from "./audit.js";
export type { Awaitable } from "./awaitable.js";
export type { CallOptions, WaitUntil } from "./call.js";
export type { CreateEnrol, Enrol } from "./enrol.js";
export { ConfigError, type FaultCode, type Notice, SignupError, type SignupErrorInit } from "./errors.js";
export type { Kdf, KdfRequest } from "./kdf.js";
export type {
  ApproveRequest,
  LockRequest,
  PendingRequest,
  PendingResult,
  PendingUser,
  Privileged,
  PurgeRequest,
  PurgeResult,
  RejectRequest,
  ResendRequest,
  UnlockRequest,
  VerifyRequest,
  VerifyResult,
} from "./life.js";
export { memoryStore } from "./memory-store.js";
export type { EnrolOptions, ModuleSource, WasmModule } from "./options.js";
export type {
  ConfirmRequest,
  Correlated,
  DispatchRequest,
  GetRequest,
  Origin,
  Repeatable,
  SignupRequest,
  ValidateRequest,
} from "./requests.js";
export type {
  ConfirmResult,
  DispatchResult,
  GetResult,
  SignupResult,
  User,
} from "./responses.js";
export type { Accepted, KnownStatusCode, Refused, Result, StatusCode } from "./result.js";
export { newSecretKey } from "./secret-key.js";
export type {
  MessagePayload,
  Service,
  ServiceContext,
  ServicePayload,
  Services,
  SignupData,
  SignupPayload,
  ValidatePayload,
  Verdict,
} from "./services.js";
export {
  type Batch,
  type Check,
  ConflictError,
  type Entry,
  type Put,
  type Store,
  UnknownOutcomeError,
  type Value,
} from "./store.js";
export { StoreError, type StoreErrorCode } from "./stores/errors.js";
export type {
  DeadEvent,
  DeadRequest,
  DeadResult,
  RekeyRequest,
  RekeyResult,
  RetryRequest,
  UpkeepOptions,
  UpkeepReport,
} from "./upkeep.js";
