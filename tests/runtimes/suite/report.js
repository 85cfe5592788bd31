// What a JavaScript runtime must do for its row in the table.

import { crowd, signUp } from "./people.js";
import { replayAll } from "./replay.js";

/**
 * Does it all, and returns what the row says. Throws at the first thing that is
 * not as it must be.
 *
 * @param {object} runtime
 * @param runtime.version     what the row says of it
 * @param runtime.Instance    the class of the package that runs one instance
 * @param runtime.module      the module, compiled
 * @param runtime.transcripts as they are in tests/transcripts
 * @param runtime.createEnrol that of the package, as this runtime resolves it
 * @param runtime.options     what createEnrol needs here in addition to a store
 * @param runtime.openStore   opens an empty store of the runtime's own; its argument is a number
 */
export async function report({ version, Instance, module, transcripts, createEnrol, options = {}, openStore }) {
	const replayed = await replayAll(Instance, module, transcripts);
	await signUp(createEnrol, options, await openStore(1));
	await crowd(createEnrol, options, await openStore(2));
	return { runtime: version, ...replayed, signup: true, concurrency: true };
}
