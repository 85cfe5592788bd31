// Everything that callers import besides createEnrol, on every platform.

export type {
  Admin,
  AdminCaller,
  AdminOrigin,
  ApproveRequest,
  DeadEvent,
  DeadRequest,
  DeadResult,
  LockRequest,
  PendingRequest,
  PendingResult,
  PendingUser,
  RejectRequest,
  RekeyRequest,
  RekeyResult,
  RetryRequest,
  UnlockRequest,
} from "./admin.js";
export type { Audit, AuditEvent, AuditFunction } from "./audit.js";
export type { Awaitable } from "./awaitable.js";
export type { CallOptions, WaitUntil } from "./call.js";
export type { Conf } from "./conf/conf.js";
export type {
  AppsConf,
  EnrolConf,
  EnrolPagesConf,
  HashSecretConf,
  LoginConf,
  MainConf,
  PasswordConf,
  SignupConf,
  UserValidationConf,
} from "./conf/keys.js";
export { ConfirmToken } from "./confirm-token.js";
export { DeliveryError } from "./delivery-error.js";
export type { CreateEnrol, Enrol } from "./enrol.js";
export { ConfigError, type FaultCode, type Notice, SignupError, type SignupErrorInit } from "./errors.js";
export type { Kdf, KdfRequest } from "./kdf.js";
export type { PurgeRequest, PurgeResult, ResendRequest, VerifyRequest, VerifyResult } from "./life.js";
export { memoryStore } from "./memory-store.js";
export type { EnrolOptions, ModuleSource, WasmModule } from "./options.js";
export type { PublicSettings } from "./public-settings.js";
export type { Reason, ReasonCodes } from "./reason.js";
export type {
  Caller,
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
  DeliveryFailure,
  Destination,
  DispatchResult,
  GetResult,
  SignupResult,
  Strength,
  StrengthSuggestion,
  StrengthWarning,
  User,
  ValidateResult,
} from "./responses.js";
export type { Accepted, KnownStatusCode, Refused, Result, StatusCode } from "./result.js";
export { newSecretKey } from "./secret-key.js";
export { ServiceError, type ServiceErrorOptions, type ServiceFailure } from "./service-error.js";
export type {
  DeletedPayload,
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
export { sharedEnrol } from "./shared-enrol.js";
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
export type { UpkeepOptions, UpkeepReport } from "./upkeep.js";
