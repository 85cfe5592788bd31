package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The store: H2's MVStore in one file. A version is the hash of the value, so it cannot recur for
 * another. Keys are bytes, since Java orders strings by UTF-16, which is not the order of UTF-8.
 */
class Store implements AutoCloseable {
    private final MVStore store;
    private final MVMap<byte[], String> map;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private MVStoreException failure;

    Store(Path file) {
        // Nothing is written but by commit: neither after a while nor when much has gathered.
        store = new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().autoCommitBufferSize(0).open();
        map = store.openMap("kv", new MVMap.Builder<byte[], String>()
                .keyType(ByteArrayDataType.INSTANCE).valueType(StringDataType.INSTANCE));
    }

    JsonObject get(JsonArray keys) {
        lock.readLock().lock();
        try {
            check();
            var values = new JsonArray();
            for (JsonElement key : keys) {
                String data = map.get(bytes(key));
                values.add(data == null ? JsonNull.INSTANCE : value(data));
            }
            return member("values", values);
        } finally {
            lock.readLock().unlock();
        }
    }

    JsonObject commit(JsonArray checks, JsonArray puts, JsonArray deletes) {
        lock.writeLock().lock();
        try {
            check();
            for (JsonElement element : checks) {
                JsonObject check = element.getAsJsonObject();
                String data = map.get(bytes(check.get("key")));
                if (!check.get("version").getAsString().equals(data == null ? "" : version(data))) {
                    return member("applied", new JsonPrimitive(false));
                }
            }
            return apply(puts, deletes);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private JsonObject apply(JsonArray puts, JsonArray deletes) {
        var answer = new JsonObject();
        try {
            for (JsonElement put : puts) {
                map.put(bytes(put.getAsJsonObject().get("key")), put.getAsJsonObject().get("data").getAsString());
            }
            for (JsonElement key : deletes) {
                map.remove(bytes(key));
            }
            store.commit();
            store.sync();
            answer.addProperty("applied", true);
        } catch (MVStoreException problem) {
            failure = problem; // what is in memory may not be what is on disk
            answer.addProperty("unknown", problem.getMessage());
        }
        return answer;
    }

    JsonObject scan(String prefix, String after, int limit) {
        lock.readLock().lock();
        try {
            check();
            byte[] start = prefix.getBytes(UTF_8);
            byte[] last = after.getBytes(UTF_8);
            var entries = new JsonArray();
            var cursor = map.cursor(Arrays.compareUnsigned(last, start) > 0 ? last : start);
            while (cursor.hasNext() && entries.size() < limit) {
                byte[] key = cursor.next();
                if (!startsWith(key, start)) {
                    break;
                }
                if (Arrays.compareUnsigned(key, last) > 0) {
                    JsonObject entry = value(cursor.getValue());
                    entry.addProperty("key", new String(key, UTF_8));
                    entries.add(entry);
                }
            }
            return member("entries", entries);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        store.close();
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException("the store failed: " + failure.getMessage());
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] bytes(JsonElement key) {
        return key.getAsString().getBytes(UTF_8);
    }

    private static JsonObject value(String data) {
        var value = new JsonObject();
        value.addProperty("version", version(data));
        value.addProperty("data", data);
        return value;
    }

    private static String version(String data) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(data.getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) { // every Java has it
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonObject member(String name, JsonElement value) {
        var object = new JsonObject();
        object.add(name, value);
        return object;
    }
}
