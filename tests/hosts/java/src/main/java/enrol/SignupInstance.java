package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance of signup.wasm: ABI.md in Java, and nothing of what an answer means. Calls into it
 * must not overlap, operations may.
 */
final class SignupInstance {
    static final List<String> IMPORTS =
            List.of("now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf");
    private static final int MAJOR = 2;
    private static final int LATER = -1;

    /** What an operation asks its host. The answer comes at once, or later (null) with resume. */
    interface Ask {
        byte[] ask(int op, String effect, byte[] request) throws Exception;
    }

    /** How far an operation has come. */
    sealed interface State {}

    record Done(byte[] answer) implements State {}

    record Waiting(int number) implements State {}

    private final Instance instance;
    private final Map<Integer, Ask> asks = new HashMap<>(); // of the operations that wait
    private Ask ask; // of the one that is going on
    private byte[] ready;

    SignupInstance(SignupModule module) {
        // Real clocks and random bytes, and nothing else.
        var options = WasiOptions.builder().withRandom(new SecureRandom()).build();
        var imports = ImportValues.builder()
                .addFunction(WasiPreview1.builder().withOptions(options).build().toHostFunctions());
        for (String name : IMPORTS) {
            imports.addFunction(new HostFunction("signup_host", name, shape(3), (caller, arguments) ->
                    new long[] {asked((int) arguments[0], name, (int) arguments[1], (int) arguments[2])}));
        }
        imports.addFunction(new HostFunction("signup_host", "take", shape(2), (caller, arguments) ->
                new long[] {take(caller, (int) arguments[0], (int) arguments[1])}));
        instance = Instance.builder(module.parsed).withMachineFactory(module.machines)
                .withImportValues(imports.build()).withStart(false).build();
        call("_initialize");
        long version = call("abi_version");
        if (version >> 16 != MAJOR) {
            throw new IllegalStateException("the module speaks version " + (version >> 16) + " of the ABI, this host " + MAJOR);
        }
    }

    /** Configures the instance, once. */
    void configure(String conf, String secretKey) {
        var configuration = new JsonObject();
        configuration.addProperty("conf", conf);
        configuration.addProperty("secret_key", secretKey);
        byte[] text = configuration.toString().getBytes(UTF_8);
        var done = (Done) output(call("configure", input(text), text.length));
        var answer = JsonParser.parseString(new String(done.answer(), UTF_8)).getAsJsonObject();
        if (!answer.get("status").getAsString().equals("ok")) {
            throw new IllegalStateException("configuration: " + answer.get("notices"));
        }
    }

    /** Begins an operation and runs it until it is done or waits. */
    State start(String operation, byte[] request, Ask ask) {
        return run(ask, operation, input(request), request.length);
    }

    /** Goes on with an operation that waits, with the answer it waits for. */
    State resume(Waiting waiting, byte[] answer) {
        return run(asks.remove(waiting.number()), "resume", waiting.number(), input(answer), answer.length);
    }

    private State run(Ask ask, String export, long... arguments) {
        this.ask = ask;
        State state = output(call(export, arguments));
        if (state instanceof Waiting waiting) {
            asks.put(waiting.number(), ask);
        }
        return state;
    }

    private long call(String export, long... arguments) {
        long[] results = instance.export(export).apply(arguments);
        return results == null || results.length == 0 ? 0 : results[0];
    }

    private long input(byte[] data) {
        long pointer = call("buffer", data.length);
        if (pointer == 0) {
            throw new IllegalArgumentException(data.length + " bytes are too many");
        }
        instance.memory().write((int) pointer, data);
        return pointer;
    }

    private State output(long packed) {
        int upper = (int) (packed >>> 32);
        int lower = (int) packed;
        if (upper != 0) {
            return new Done(instance.memory().readBytes(upper, lower));
        }
        if (lower == 0) {
            throw new IllegalStateException("the call was refused");
        }
        return new Waiting(lower);
    }

    private int asked(int op, String effect, int pointer, int size) {
        try {
            ready = ask.ask(op, effect, instance.memory().readBytes(pointer, size));
        } catch (Exception problem) { // an import must not throw
            var error = new JsonObject();
            error.addProperty("error", String.valueOf(problem));
            ready = error.toString().getBytes(UTF_8);
        }
        return ready == null ? LATER : ready.length;
    }

    private int take(Instance caller, int pointer, int size) {
        int copied = Math.min(size, ready.length);
        caller.memory().write(pointer, ready, 0, copied);
        return copied;
    }

    private static FunctionType shape(int parameters) {
        return FunctionType.of(Collections.nCopies(parameters, ValType.I32), List.of(ValType.I32));
    }
}
