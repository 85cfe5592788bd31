package enrol;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One operation in full. Requests, answers and the response are exact texts. */
record Transcript(String name, String about, String conf, String secret_key, String operation,
        String request, List<Effect> effects, String response) {

    record Effect(String effect, String request, String answer) {}

    /** Reads all transcripts of a folder, in the order of their names. */
    static List<Transcript> load(Path folder) throws IOException {
        var gson = new Gson();
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().map(file -> {
                try {
                    return gson.fromJson(Files.readString(file), Transcript.class);
                } catch (IOException problem) {
                    throw new java.io.UncheckedIOException(problem);
                }
            }).toList();
        }
    }

    Transcript with(String request, List<Effect> effects, String response) {
        return new Transcript(name, about, conf, secret_key, operation, request, effects, response);
    }
}
