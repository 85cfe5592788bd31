// Replays transcripts in the module: each effect and the response must be
// the same, byte for byte.

/** How answers are given. */
const MODES = {
	immediate: (answer) => answer,
	waiting: (answer) => new Promise((resolve) => setTimeout(resolve, 0, answer)),
};

/**
 * Replays them all in every mode, those of one configuration in one instance,
 * and says how many there were. Throws at the first that differs, and if a
 * transcript that was changed does not differ.
 *
 * @param Instance the class of the package that runs one instance of the module
 * @param module   the module, compiled
 * @param {object[]} transcripts as they are in tests/transcripts
 */
export async function replayAll(Instance, module, transcripts) {
	for (const [mode, give] of Object.entries(MODES)) {
		const instances = new Map();
		await Promise.all(transcripts.map((transcript) => replay(Instance, module, instances, transcript, mode, give)));
	}
	await finds(Instance, module, transcripts[0]);
	return { transcripts: transcripts.length, modes: Object.keys(MODES) };
}

async function replay(Instance, module, instances, transcript, mode, give) {
	const { name, operation, request, effects, response } = transcript;
	const instance = await configured(Instance, module, instances, transcript);
	const differ = (what, got, want) => {
		throw new Error(`${name}, ${mode}: ${what}:\n got ${got}\nwant ${want}`);
	};
	let asked = 0;
	let strange; // the first effect that is not the transcript's
	const answer = await instance.run(operation, request, (effect, text) => {
		const expected = effects[asked++];
		if (expected?.effect === effect && expected.request === text) {
			return give(expected.answer);
		}
		strange ??= [`effect ${asked}`, `${effect} ${text}`, `${expected?.effect} ${expected?.request}`];
		return '{"error":"the replay differs from the transcript"}';
	});
	if (strange) {
		differ(...strange);
	}
	if (asked !== effects.length) {
		differ("effects", asked, effects.length);
	}
	if (answer !== response) {
		differ("the response", answer, response);
	}
}

/** The instance for a transcript's configuration. */
function configured(Instance, module, instances, { name, conf, secret_key }) {
	const configuration = JSON.stringify({ conf, secret_key });
	let instance = instances.get(configuration);
	if (!instance) {
		instance = Instance.create(module).then((made) => {
			const answer = made.configure(configuration);
			if (JSON.parse(answer).status !== "ok") {
				throw new Error(`${name}: the configuration was refused: ${answer}`);
			}
			return made;
		});
		instances.set(configuration, instance);
	}
	return instance;
}

/** Makes sure that a difference would be found. */
async function finds(Instance, module, transcript) {
	const changed = { ...transcript, response: `${transcript.response} ` };
	try {
		await replay(Instance, module, new Map(), changed, "immediate", MODES.immediate);
	} catch {
		return;
	}
	throw new Error("a changed transcript passed");
}
