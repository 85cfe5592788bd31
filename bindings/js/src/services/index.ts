// Typed services for the option `services`, of one kind each. A payload of another kind is a fault.

export { callbackService } from "./callback.js";
export { type HttpServiceOptions, httpService } from "./http.js";
export { messageService } from "./message.js";
export { type Validation, validationService } from "./validation.js";
