package enrol;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The module as bytecode of the Java machine, to be shared by all instances. Interpreted, it works as
 * well: compiling takes some seconds, and operations are many times as fast.
 */
final class SignupModule {
    final WasmModule parsed;
    final Function<Instance, Machine> machines;

    SignupModule(Path file, Path cache) throws IOException {
        Files.createDirectories(cache);
        parsed = Parser.parse(file);
        machines = MachineFactoryCompiler.builder(parsed).withCache(new FileCache(cache)).compile();
    }
}
