// Services for the option of that name, of one kind each: what they are called
// with has a type, and what is not for them is a fault.

export { callbackService } from "./callback.js";
export { type HttpServiceOptions, httpService } from "./http.js";
export { messageService } from "./message.js";
export { type Validation, validationService } from "./validation.js";
