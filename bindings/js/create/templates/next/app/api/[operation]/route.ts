import { handler } from "@enrol-sso/enrol/http";
import { clientAddress } from "../../../lib/client.ts";
import { engine } from "../../../lib/enrol.ts";

const handle = handler(engine, { clientAddress });

export { handle as OPTIONS, handle as POST };
