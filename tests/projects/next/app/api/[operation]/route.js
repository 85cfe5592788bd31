import { handler } from "@enrol-sso/enrol/http";
import { engine } from "../../../lib/engine.js";

const handle = handler(engine, { clientAddress: () => undefined, onFault: () => {} });

export { handle as OPTIONS, handle as POST };
