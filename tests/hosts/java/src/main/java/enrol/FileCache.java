package enrol;

import com.dylibso.chicory.compiler.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Keeps what was compiled from one run to the next, under the hash that Chicory has of the module. */
record FileCache(Path folder) implements Cache {
    @Override
    public byte[] get(String key) throws IOException {
        Path file = file(key);
        return Files.exists(file) ? Files.readAllBytes(file) : null;
    }

    @Override
    public void putIfAbsent(String key, byte[] data) throws IOException {
        Path draft = Files.createTempFile(folder, "draft", null);
        Files.write(draft, data);
        Files.move(draft, file(key), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(String key) {
        return folder.resolve(key.replaceAll("[^A-Za-z0-9]", "_"));
    }
}
