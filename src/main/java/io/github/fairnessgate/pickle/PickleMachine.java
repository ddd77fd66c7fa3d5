package io.github.fairnessgate.pickle;

import io.github.fairnessgate.file.Utf8;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pickles of Python's protocols 2 to 5 without running anything. A pickle is a program for a small stack machine,
 * whose dangerous instructions look up Python objects by name and call them. Here there is no Python, no reflection and
 * no class loading: a name and a call are only handed to {@link PickleObjects}, which knows a short list of them, and
 * the only results are Java's own values:
 *
 * <ul>
 *   <li>{@code None}: {@code null}; booleans: {@link Boolean}; floats: {@link Double}; strings: {@link String},
 *   <li>whole numbers: {@link Long}; from 9 to {@value #LONGEST_NUMBER} bytes: a {@link BigInteger},
 *   <li>lists: {@link ArrayList}; dictionaries: {@link LinkedHashMap} with keys that are strings or whole numbers;
 *       tuples: {@link PickleTuple}.
 * </ul>
 *
 * <p>Instructions, memory and time are bounded: by the pickle's size, and by {@value #MOST_INSTRUCTIONS} instructions.
 * Nothing is recursive, and nothing is allocated by a length that the pickle states before as many bytes are known to
 * be there.
 *
 * <p>The library {@code net.razorvine:pickle} (1.5) was looked at. It keeps its constructors in one table for the whole
 * JVM, makes an object of any class that a pickle names, calls {@code __setstate__} on objects by reflection, allocates
 * what a pickle states as a length, and offers no switch for any of these; closing all of it would have meant replacing
 * most of its methods.
 */
final class PickleMachine {

    /** A state dict takes about 30 for each tensor. */
    static final int MOST_INSTRUCTIONS = 500_000;

    private static final int LONGEST_NUMBER = 16;
    private static final int HIGHEST_PROTOCOL = 5;

    /** Instructions that exist but are not carried out, by their names in Python's {@code pickletools}. */
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry((int) 'i', "INST"),
            Map.entry((int) 'o', "OBJ"),
            Map.entry(0x81, "NEWOBJ"),
            Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry(0x82, "EXT1"),
            Map.entry(0x83, "EXT2"),
            Map.entry(0x84, "EXT4"),
            Map.entry((int) 'P', "PERSID"),
            Map.entry((int) 'I', "INT"),
            Map.entry((int) 'L', "LONG"),
            Map.entry((int) 'F', "FLOAT"),
            Map.entry((int) 'S', "STRING"),
            Map.entry((int) 'V', "UNICODE"),
            Map.entry((int) 'g', "GET"),
            Map.entry((int) 'p', "PUT"),
            Map.entry((int) 'l', "LIST"),
            Map.entry((int) 'd', "DICT"),
            Map.entry((int) '2', "DUP"),
            Map.entry(0x8b, "LONG4"),
            Map.entry((int) 'B', "BINBYTES"),
            Map.entry((int) 'C', "SHORT_BINBYTES"),
            Map.entry(0x8e, "BINBYTES8"),
            Map.entry(0x8f, "EMPTY_SET"),
            Map.entry(0x90, "ADDITEMS"),
            Map.entry(0x91, "FROZENSET"),
            Map.entry(0x96, "BYTEARRAY8"),
            Map.entry(0x97, "NEXT_BUFFER"),
            Map.entry(0x98, "READONLY_BUFFER"));

    private final ByteBuffer in;
    private final PickleObjects objects;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    private PickleMachine(ByteBuffer in, PickleObjects objects) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
        this.objects = objects;
    }

    /**
     * Reads one pickle.
     *
     * @param in begins with it; afterwards its position is behind it
     * @return what the pickle builds
     */
    static Object read(ByteBuffer in, PickleObjects objects) throws PickleException {
        return new PickleMachine(in, objects).run();
    }

    private Object run() throws PickleException {
        for (int count = 0; count < MOST_INSTRUCTIONS; count++) {
            int instruction = number(1);
            if (instruction == '.') {
                return pop();
            }
            perform(instruction);
        }
        throw new PickleException(
                "the pickle has more than " + MOST_INSTRUCTIONS + " instructions, which no state dict needs");
    }

    private void perform(int instruction) throws PickleException {
        switch (instruction) {
            case 0x80 -> requireProtocol(number(1)); // PROTO
            case 0x95 -> require(longNumber()); // FRAME: a hint for readers of streams
            case 'N' -> push(null); // NONE
            case 0x88 -> push(true); // NEWTRUE
            case 0x89 -> push(false); // NEWFALSE
            case 'J' -> push((long) number(4)); // BININT
            case 'K' -> push((long) number(1)); // BININT1
            case 'M' -> push((long) number(2)); // BININT2
            case 0x8a -> push(wholeNumber(number(1))); // LONG1
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(longNumber()))); // BINFLOAT
            case 0x8c, 'U' -> push(text(number(1))); // SHORT_BINUNICODE, and SHORT_BINSTRING, which Python 2 writes
            case 'X', 'T' -> push(text(Integer.toUnsignedLong(number(4)))); // BINUNICODE, BINSTRING
            case 0x8d -> push(text(longNumber())); // BINUNICODE8
            case '(' -> marks.add(stack.size()); // MARK
            case '0' -> pop(); // POP
            case '1' -> popToMark(); // POP_MARK
            case ')' -> push(PickleTuple.EMPTY); // EMPTY_TUPLE
            case 't' -> push(new PickleTuple(popToMark())); // TUPLE
            case 0x85, 0x86, 0x87 -> push(new PickleTuple(pop(instruction - 0x84))); // TUPLE1, TUPLE2, TUPLE3
            case ']' -> push(new ArrayList<>()); // EMPTY_LIST
            case 'a' -> append(pop(1)); // APPEND
            case 'e' -> append(popToMark()); // APPENDS
            case '}' -> push(new LinkedHashMap<>()); // EMPTY_DICT
            case 's' -> setItems(pop(2)); // SETITEM
            case 'u' -> setItems(popToMark()); // SETITEMS
            case 'h' -> push(remembered(number(1))); // BINGET
            case 'j' -> push(remembered(Integer.toUnsignedLong(number(4)))); // LONG_BINGET
            case 'q' -> memo.put((long) number(1), top()); // BINPUT
            case 'r' -> memo.put(Integer.toUnsignedLong(number(4)), top()); // LONG_BINPUT
            case 0x94 -> memo.put((long) memo.size(), top()); // MEMOIZE
            case 'c' -> push(objects.named(line(), line())); // GLOBAL
            case 0x93 -> pushNamed(pop(2)); // STACK_GLOBAL
            case 'R' -> call(pop(2)); // REDUCE
            case 'Q' -> push(objects.outside(pop())); // BINPERSID
            case 'b' -> ignoreState(pop()); // BUILD
            default ->
                throw new PickleException("the pickle has the instruction "
                        + REFUSED.getOrDefault(instruction, "0x%02x, which does not exist".formatted(instruction))
                        + (REFUSED.containsKey(instruction) ? ", which a state dict of tensors does not need" : ""));
        }
    }

    private static void requireProtocol(int protocol) throws PickleException {
        if (protocol < 2 || protocol > HIGHEST_PROTOCOL) {
            throw new PickleException(
                    "the pickle has protocol " + protocol + ", but only 2 to " + HIGHEST_PROTOCOL + " are read");
        }
    }

    private void pushNamed(List<Object> moduleAndName) throws PickleException {
        if (!(moduleAndName.get(0) instanceof String module) || !(moduleAndName.get(1) instanceof String name)) {
            throw new PickleException("the pickle looks up a name that is not a string");
        }
        push(objects.named(module, name));
    }

    private void call(List<Object> functionAndArguments) throws PickleException {
        if (!(functionAndArguments.get(1) instanceof PickleTuple arguments)) {
            throw new PickleException("the pickle makes a call whose arguments are not a tuple");
        }
        push(objects.call(functionAndArguments.get(0), arguments.items()));
    }

    /**
     * The attributes of a state dict are versions of modules ({@code _metadata}); the numbers do not depend on them.
     */
    private void ignoreState(Object state) throws PickleException {
        if (!(top() instanceof Map) || !(state instanceof Map)) {
            throw new PickleException("the pickle sets attributes (BUILD) of something that is not a dictionary");
        }
    }

    private void append(List<Object> items) throws PickleException {
        if (!(top() instanceof ArrayList<?>)) {
            throw new PickleException("the pickle appends to something that is not a list");
        }
        list(top()).addAll(items);
    }

    private void setItems(List<Object> keysAndValues) throws PickleException {
        if (!(top() instanceof Map) || keysAndValues.size() % 2 != 0) {
            throw new PickleException(
                    "the pickle sets items of something that is not a dictionary, or a key without a value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            put(dictionary(top()), keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    /** Adds an item to a dictionary; a key that is there is refused. */
    static void put(Map<Object, Object> dictionary, Object key, Object value) throws PickleException {
        if (!(key instanceof String || key instanceof Long)) {
            throw new PickleException("a dictionary has a key that is neither a string nor a whole number");
        }
        if (dictionary.containsKey(key)) {
            throw new PickleException(
                    "a dictionary has the key \"" + PickleException.shown(key.toString()) + "\" twice");
        }
        dictionary.put(key, value);
    }

    /** Every list here was made by EMPTY_LIST. */
    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    /** Every dictionary here was made by EMPTY_DICT or by {@link PickleObjects}. */
    @SuppressWarnings("unchecked")
    private static Map<Object, Object> dictionary(Object value) {
        return (Map<Object, Object>) value;
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object top() throws PickleException {
        requireDepth(1);
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws PickleException {
        requireDepth(1);
        return stack.remove(stack.size() - 1);
    }

    private List<Object> pop(int count) throws PickleException {
        requireDepth(count);
        return popFrom(stack.size() - count);
    }

    private List<Object> popToMark() throws PickleException {
        if (marks.isEmpty()) {
            throw new PickleException("the pickle is damaged: an instruction needs a mark that is not there");
        }
        return popFrom(marks.remove(marks.size() - 1));
    }

    private List<Object> popFrom(int from) {
        List<Object> above = stack.subList(from, stack.size());
        List<Object> popped = new ArrayList<>(above);
        above.clear();
        return popped;
    }

    private void requireDepth(int count) throws PickleException {
        int bottom = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - bottom < count) {
            throw new PickleException("the pickle is damaged: an instruction needs a value that is not there");
        }
    }

    private Object remembered(long index) throws PickleException {
        if (!memo.containsKey(index)) {
            throw new PickleException(
                    "the pickle is damaged: it refers to value " + index + ", which it has not stored");
        }
        return memo.get(index);
    }

    private void require(long bytes) throws PickleException {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new PickleException("the pickle is damaged or too large: an instruction needs "
                    + Long.toUnsignedString(bytes) + " bytes, but " + in.remaining() + " follow");
        }
    }

    /** Of one or two bytes: without a sign; of four: with one. */
    private int number(int bytes) throws PickleException {
        require(bytes);
        return switch (bytes) {
            case 1 -> Byte.toUnsignedInt(in.get());
            case 2 -> Short.toUnsignedInt(in.getShort());
            default -> in.getInt();
        };
    }

    private long longNumber() throws PickleException {
        require(Long.BYTES);
        return in.getLong();
    }

    private Object wholeNumber(int bytes) throws PickleException {
        if (bytes > LONGEST_NUMBER) {
            throw new PickleException("the pickle has a whole number of " + bytes + " bytes, but at most "
                    + LONGEST_NUMBER + " are allowed");
        }
        require(bytes);
        byte[] bigEndian = new byte[Math.max(1, bytes)];
        for (int i = bytes - 1; i >= 0; i--) {
            bigEndian[i] = in.get();
        }
        BigInteger number = new BigInteger(bigEndian);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private String text(long bytes) throws PickleException {
        require(bytes);
        ByteBuffer utf8 = in.slice(in.position(), (int) bytes);
        in.position(in.position() + (int) bytes);
        return decoded(utf8);
    }

    private String line() throws PickleException {
        for (int end = in.position(); end < in.limit(); end++) {
            if (in.get(end) == '\n') {
                ByteBuffer utf8 = in.slice(in.position(), end - in.position());
                in.position(end + 1);
                return decoded(utf8);
            }
        }
        throw new PickleException("the pickle is damaged: a name has no end");
    }

    private static String decoded(ByteBuffer utf8) throws PickleException {
        try {
            return Utf8.decode(utf8);
        } catch (CharacterCodingException e) {
            throw new PickleException("the pickle has a string that is not UTF-8");
        }
    }
}
