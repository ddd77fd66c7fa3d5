package io.github.fairnessgate.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleMachineTest {

    private static Object read(Pickles pickle) throws PickleException {
        return PickleMachine.read(ByteBuffer.wrap(pickle.op('.').bytes()), new TorchObjects());
    }

    private static void assertRefused(Pickles pickle, String... sentence) {
        assertThatThrownBy(() -> TorchObjects.stateDict(read(pickle)))
                .isInstanceOf(PickleException.class)
                .hasMessageContainingAll(sentence);
    }

    @Test
    void plainValuesAreRead() throws PickleException {
        PickleTuple tuple = (PickleTuple) read(Pickles.pickle()
                .op('(')
                .op('N')
                .op(0x88)
                .op(0x89)
                .number(-5)
                .op('K', 200)
                .op('M', 1, 2)
                .op(0x8a, 2, 0, 0xff)
                .op(0x8a, 0)
                .op('G')
                .raw(ByteBuffer.allocate(8).putDouble(2.5).array())
                .text("h\u00e4")
                .op('U', 1, 'x')
                .op(0x8c, 1, 'y')
                .op('t'));

        assertThat(tuple.items())
                .containsExactly(null, true, false, -5L, 200L, 513L, -256L, 0L, 2.5, "h\u00e4", "x", "y");
    }

    @Test
    void largeNumbersAreRead() throws PickleException {
        byte[] magic = new BigInteger("1950a86a20f9469cfc6c", 16).toByteArray();
        Pickles pickle = Pickles.pickle().op(0x8a, magic.length);
        for (int i = magic.length - 1; i >= 0; i--) {
            pickle.op(magic[i]);
        }

        assertThat(read(pickle)).isEqualTo(new BigInteger(magic));
    }

    @Test
    void containersAreFilledAndRemembered() throws PickleException {
        Object value = read(Pickles.pickle()
                .op('}')
                .op('q', 0)
                .text("list")
                .op(']')
                .op(0x94)
                .number(1)
                .op('a')
                .op('(')
                .number(2)
                .number(3)
                .op('e')
                .op('s')
                .op('(')
                .text("again")
                .op('h', 1)
                .op('u'));

        assertThat(value).isEqualTo(Map.of("list", List.of(1L, 2L, 3L), "again", List.of(1L, 2L, 3L)));
    }

    @Test
    void orderedDictionariesMayBeGivenAsPairsAndHaveAttributes() throws PickleException {
        Object value = read(Pickles.pickle()
                .global("collections", "OrderedDict")
                .op(']')
                .op(']')
                .text("a")
                .op('a')
                .number(1)
                .op('a')
                .op('a')
                .op(0x85)
                .op('R')
                .op('}')
                .text("_metadata")
                .op('}')
                .op('s')
                .op('b'));

        assertThat(value).isEqualTo(Map.of("a", 1L));
    }

    /** What attacks on loaders of pickles use; each as the first item of a dictionary. */
    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "nt, system",
        "subprocess, Popen",
        "builtins, eval",
        "builtins, exec",
        "builtins, getattr",
        "__builtin__, eval",
        "runpy, _run_code",
        "importlib, import_module",
        "torch, load",
        "torch.hub, load",
        "torch.storage, _load_from_bytes",
        "torch._utils, _rebuild_from_type_v2",
        "torch._utils, _rebuild_wrapper_subclass",
        "torch.jit, load",
        "copyreg, _reconstructor",
        "collections, OrderedDict.__init__",
        "torch._utils, _rebuild_tensor_v2.__globals__",
        "torch, FloatStorage.from_file",
        "torch, Storage",
        "torch, storage.UntypedStorage",
        "torch, UntypedStorage.x",
        "torch, ''",
        "'', OrderedDict",
        "numpy.core.multiarray, _reconstruct",
        "java.lang, Runtime",
        "java.lang.Runtime, getRuntime"
    })
    void namesOutsideOfTheListAreRefusedByName(String module, String name) {
        assertRefused(
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .global(module, name)
                        .text("touch x")
                        .op(0x85)
                        .op('R')
                        .op('s'),
                module + "." + name);
        assertRefused(
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .text(module)
                        .text(name)
                        .op(0x93)
                        .text("touch x")
                        .op(0x85)
                        .op('R')
                        .op('s'),
                module + "." + name);
    }

    static Stream<Arguments> refusedInstructions() {
        byte[] name = "os\nsystem\n".getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                Arguments.of(
                        "INST", Pickles.pickle().op('(').text("touch x").op('i').raw(name)),
                Arguments.of(
                        "OBJ",
                        Pickles.pickle()
                                .op('(')
                                .global("collections", "OrderedDict")
                                .text("touch x")
                                .op('o')),
                Arguments.of(
                        "NEWOBJ",
                        Pickles.pickle()
                                .global("collections", "OrderedDict")
                                .op(')')
                                .op(0x81)),
                Arguments.of(
                        "NEWOBJ_EX",
                        Pickles.pickle()
                                .global("collections", "OrderedDict")
                                .op(')')
                                .op('}')
                                .op(0x92)),
                Arguments.of("EXT1", Pickles.pickle().op(0x82, 1)),
                Arguments.of("EXT2", Pickles.pickle().op(0x83, 1, 0)),
                Arguments.of("EXT4", Pickles.pickle().op(0x84, 1, 0, 0, 0)),
                Arguments.of("PERSID", Pickles.pickle().op('P').raw("storage\n".getBytes(StandardCharsets.UTF_8))),
                Arguments.of("LONG4", Pickles.pickle().op(0x8b, 0xff, 0xff, 0xff, 0x7f)),
                Arguments.of("INT", Pickles.pickle().op('I').raw("1\n".getBytes(StandardCharsets.UTF_8))),
                Arguments.of("BINBYTES8", Pickles.pickle().op(0x8e).raw(Pickles.little(Long.MAX_VALUE))),
                Arguments.of("BYTEARRAY8", Pickles.pickle().op(0x96).raw(Pickles.little(Long.MAX_VALUE))),
                Arguments.of("NEXT_BUFFER", Pickles.pickle().op(0x97)),
                Arguments.of("DUP", Pickles.pickle().op('N').op('2')),
                Arguments.of("0xff, which does not exist", Pickles.pickle().op(0xff)));
    }

    @ParameterizedTest
    @MethodSource("refusedInstructions")
    void instructionsOutsideOfTheListAreRefusedByName(String name, Pickles pickle) {
        assertRefused(pickle, "the instruction " + name);
    }

    @Test
    void attributesAreSetOfDictionariesOnly() {
        assertRefused(Pickles.pickle().tensor("0", 4, 0, 4, 1).op('}').op('b'), "sets attributes (BUILD)");
        assertRefused(Pickles.pickle().op('}').text("state").op('b'), "sets attributes (BUILD)");
        assertRefused(
                Pickles.pickle().global("collections", "OrderedDict").op('}').op('b'), "sets attributes (BUILD)");
    }

    @Test
    void onlyFunctionsAreCalled() {
        assertRefused(
                Pickles.pickle().global("torch", "FloatStorage").op(')').op('R'),
                "calls something that is not a function");
        assertRefused(
                Pickles.pickle().text("os.system").text("x").op(0x85).op('R'),
                "calls something that is not a function");
        assertRefused(
                Pickles.pickle().global("collections", "OrderedDict").op(']').op('R'), "arguments are not a tuple");
        assertRefused(
                Pickles.pickle()
                        .global("collections", "OrderedDict")
                        .text("ab")
                        .op(0x85)
                        .op('R'),
                "not a list of pairs");
        assertRefused(
                Pickles.pickle()
                        .global("torch._utils", "_rebuild_parameter")
                        .number(1)
                        .op(0x85)
                        .op('R'),
                "a parameter is not built from a tensor");
    }

    @Test
    void aNameInAMessageIsShortAndPlain() {
        String long_ = "x".repeat(1 << 20);
        assertThatThrownBy(() -> read(
                        Pickles.pickle().text("os\u001b[31m\r\n").text(long_).op(0x93)))
                .isInstanceOf(PickleException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(250)
                        .doesNotContain("\u001b")
                        .doesNotContain("\n")
                        .contains("os?[31m"));
        assertThatThrownBy(() -> read(Pickles.pickle().global(long_, "y")))
                .isInstanceOf(PickleException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void valuesThatContainThemselvesOrDoubleAreNotFollowed() {
        assertRefused(
                Pickles.pickle().op('}').op('q', 0).text("a").op('h', 0).op('s'), "the entry \"a\" is a dictionary");
        assertRefused(
                Pickles.pickle()
                        .op(']')
                        .op('q', 0)
                        .op('h', 0)
                        .op('a')
                        .op('q', 1)
                        .op('}')
                        .text("a")
                        .op('h', 1)
                        .op('s'),
                "the entry \"a\" is not a tensor");

        Pickles bomb = Pickles.pickle().op(']').op('r').raw(Pickles.little(0));
        for (int i = 0; i < 60_000; i++) { // 2 to the power of 60,000 lists, if anybody counted
            bomb.op(']')
                    .op('j')
                    .raw(Pickles.little(i))
                    .op('a')
                    .op('j')
                    .raw(Pickles.little(i))
                    .op('a')
                    .op('r')
                    .raw(Pickles.little(i + 1));
        }
        assertRefused(bomb.op('q', 0).op('}').text("a").op('h', 0).op('s'), "not a tensor");

        assertRefused(deep().op('}').text("a").op('h', 0).op('s'), "not a tensor");
        assertRefused(deep().op('}').op('h', 0).number(1).op('s'), "neither a string nor a whole number");
    }

    /** A tuple in a tuple in a tuple, remembered as 0. */
    private static Pickles deep() {
        Pickles deep = Pickles.pickle().op(')');
        for (int i = 0; i < 400_000; i++) {
            deep.op(0x85);
        }
        return deep.op('q', 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {'N', ']', '}', '('})
    void instructionsAreCounted(int instruction) {
        Pickles pickle = Pickles.pickle();
        for (int i = 0; i < PickleMachine.MOST_INSTRUCTIONS; i++) {
            pickle.op(instruction);
        }
        assertRefused(pickle, "more than 500000 instructions");
    }

    static Stream<Pickles> lengths() {
        return Stream.of(
                Pickles.pickle().op(0x8d).raw(Pickles.little(Long.MAX_VALUE)),
                Pickles.pickle().op(0x8d).raw(Pickles.little(-1L)),
                Pickles.pickle().op('X').raw(Pickles.little(-1)),
                Pickles.pickle().op('X').raw(Pickles.little(Integer.MAX_VALUE)),
                Pickles.pickle().op('T').raw(Pickles.little(-2)),
                Pickles.pickle().op(0x95).raw(Pickles.little(1L << 62)),
                Pickles.pickle().op(0x8c, 200),
                Pickles.pickle().op('J', 1),
                Pickles.pickle().op('G', 1),
                Pickles.pickle().op(0x8a, 16),
                Pickles.pickle().op('q'));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void lengthsBeyondTheEndAreRefusedBeforeAnythingIsAllocated(Pickles pickle) {
        assertRefused(pickle, "");
    }

    static Stream<Pickles> damaged() {
        return Stream.of(
                new Pickles(),
                Pickles.pickle(),
                Pickles.pickle().op('R'),
                Pickles.pickle().op('t'),
                Pickles.pickle().op('e'),
                Pickles.pickle().op('h', 0),
                Pickles.pickle().op('j', 1, 0, 0, 0),
                Pickles.pickle().op('q', 0),
                Pickles.pickle().op('}').op('(').op('s'),
                Pickles.pickle().op('}').op('(').op('0'),
                Pickles.pickle().op('}').op('(').number(1).op('u'),
                Pickles.pickle().op(']').op('(').text("a").text("b").op('u'),
                Pickles.pickle().op('}').number(1).op('a'),
                Pickles.pickle().op('c').raw("torch".getBytes(StandardCharsets.UTF_8)),
                Pickles.pickle().op('X', 1, 0, 0, 0, 0xff),
                Pickles.pickle().op(0x8a, 17),
                Pickles.pickle().number(1).number(2).op(0x93),
                new Pickles().op(0x80, 6),
                new Pickles().op(0x80, 0),
                Pickles.pickle().op('N').op('Q'),
                Pickles.pickle().op('}').op('N').op('N').op('s'),
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .number(1)
                        .op('s')
                        .text("a")
                        .number(2)
                        .op('s'));
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void whatIsDamagedIsRefused(Pickles pickle) {
        assertRefused(pickle, "");
    }

    @Test
    void aStateDictHasTensorsOnly() throws PickleException {
        assertThat(TorchObjects.stateDict(read(Pickles.pickle()
                        .op('}')
                        .text("a")
                        .tensor("0", 4, 1, 3, 1)
                        .op('s'))))
                .containsOnlyKeys("a");
        assertRefused(Pickles.pickle().op('}'), "a state dict without tensors");
        assertRefused(Pickles.pickle().tensor("0", 4, 0, 4, 1), "the file holds one tensor, not a state dict");
        assertRefused(Pickles.pickle().op(']'), "the file holds something, not a state dict");
        assertRefused(
                Pickles.pickle()
                        .op('}')
                        .text("model")
                        .op('}')
                        .text("a")
                        .tensor("0", 4, 0, 4, 1)
                        .op('s')
                        .op('s'),
                "the entry \"model\" is a dictionary",
                "save that alone");
        assertRefused(
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .tensor("0", 4, 0, 4, 1)
                        .op('s')
                        .text("epoch")
                        .number(3)
                        .op('s'),
                "the entry \"epoch\" is not a tensor");
        assertRefused(Pickles.pickle().op('}').number(7).tensor("0", 4, 0, 4, 1).op('s'), "the entry \"7\"");
    }

    @Test
    void tensorsLieWithinTheirStorage() {
        for (int[] view : new int[][] {
            {0, 5, 1},
            {1, 4, 1},
            {4, 1, 1},
            {0, 2, 4},
            {-1, 2, 1},
            {0, -1, 1},
            {0, 2, -1},
            {Integer.MAX_VALUE, 1, 1},
            {0, 5, 0}
        }) {
            assertRefused(
                    Pickles.pickle()
                            .op('}')
                            .text("a")
                            .tensor("0", 4, view[0], view[1], view[2])
                            .op('s'),
                    "a tensor");
        }
        assertRefused(
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .tensor("0", 4, 0, 4, 1)
                        .op('s')
                        .text("b")
                        .tensor("0", 5, 0, 4, 1)
                        .op('s'),
                "the storage 0 has two sizes");
        assertRefused(Pickles.pickle().storage("0", -1), "not a storage");
    }

    @Test
    void sizesThatOverflowAreRefused() {
        Pickles pickle = Pickles.pickle()
                .op('}')
                .text("a")
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage("0", 4)
                .number(0)
                .op('(');
        for (int i = 0; i < 4; i++) {
            pickle.number(1 << 30);
        }
        pickle.op('t')
                .op('(')
                .number(1)
                .number(1)
                .number(1)
                .number(1)
                .op('t')
                .op(0x89)
                .op('}')
                .op('t')
                .op('R')
                .op('s');
        assertRefused(pickle, "larger than any file");
        assertRefused(
                Pickles.pickle()
                        .op('(')
                        .text("storage")
                        .global("torch", "DoubleStorage")
                        .text("0")
                        .text("cpu")
                        .op(0x8a, 8)
                        .raw(Pickles.little(Long.MAX_VALUE))
                        .op('t')
                        .op('Q'),
                "larger than any file");
    }

    /** Bits that say that numbers are the negative or conjugate of what is stored. */
    @Test
    void marksThatChangeNumbersAreRefused() throws PickleException {
        Pickles begin = Pickles.pickle()
                .op('}')
                .text("a")
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage("0", 4)
                .number(0)
                .number(4)
                .op(0x85)
                .number(1)
                .op(0x85)
                .op(0x89)
                .op('}');
        Pickles unmarked =
                new Pickles().raw(begin.bytes()).op('}').op('t').op('R').op('s');
        Pickles marked = new Pickles()
                .raw(begin.bytes())
                .op('}')
                .text("neg")
                .op(0x88)
                .op('s')
                .op('t')
                .op('R')
                .op('s');

        assertThat(TorchObjects.stateDict(read(unmarked))).containsOnlyKeys("a");
        assertRefused(marked, "marked as conjugate or negative");
    }
}
