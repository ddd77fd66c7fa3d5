package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the linear layers of a GPT-2 are given when it reads a text, block by block, while the blocks are being changed:
 * it begins at the first block, and {@link #advance} goes on to the next one through the block's new weights. So every
 * block sees what the changed blocks before it make of the text, and the layers of one block see what its unchanged
 * weights make of that.
 *
 * <p>Holds the residual stream of all windows, and the weights and sums of one block. Owns native memory; for one
 * thread at a time.
 */
public final class Calibration implements AutoCloseable {

    /** Tokens of a forward pass. */
    private static final int BATCH_TOKENS = 1024;

    private final ModelDirectory model;
    private final NDManager manager;
    private final long positions;
    private final long length;
    private final List<NDArray> hidden;
    private int layer;
    private NDManager blockOwner;
    private Map<String, NDArray> block;

    private Calibration(ModelDirectory model, int[][] windows, NDManager manager) {
        this.model = model;
        this.manager = manager;
        this.length = windows[0].length;
        this.positions = windows.length * length;
        this.hidden = embed(windows);
        loadBlock();
    }

    /**
     * Begins before the first block.
     *
     * @param windows token ids, one window or more, all of the same length
     * @throws InvalidInputException if the device is not there
     */
    public static Calibration open(ModelDirectory model, int[][] windows, Device device) {
        NDManager manager = Torch.open(device);
        try {
            return new Calibration(model, windows, manager);
        } catch (RuntimeException | Error failure) {
            manager.close();
            throw failure;
        }
    }

    /** Positions of the text, n: the columns of every X. */
    public long positions() {
        return positions;
    }

    /** The block that the next call is about, from 0. */
    public int layer() {
        return layer;
    }

    private List<NDArray> embed(int[][] windows) {
        Gpt2Network network = new Gpt2Network(model.config());
        List<NDArray> embedded = new ArrayList<>();
        try (NDManager embeddings = manager.newSubManager()) {
            Map<String, NDArray> weights = load(List.of(Weights.INPUT_EMBEDDING, Weights.POSITIONS), embeddings);
            int size = Math.max(1, BATCH_TOKENS / windows[0].length);
            for (int from = 0; from < windows.length; from += size) {
                int[][] batch = Arrays.copyOfRange(windows, from, Math.min(windows.length, from + size));
                NDArray states = network.embed(weights, Tokens.array(batch, embeddings));
                states.attach(manager);
                embedded.add(states);
            }
        }
        return embedded;
    }

    private void loadBlock() {
        String prefix = "h." + layer + ".";
        blockOwner = manager.newSubManager();
        block = load(
                model.config().tensorShapes().keySet().stream()
                        .filter(name -> name.startsWith(prefix))
                        .toList(),
                blockOwner);
    }

    private Map<String, NDArray> load(List<String> names, NDManager owner) {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        Map<String, long[]> shapes = model.config().tensorShapes();
        names.forEach(name -> weights.put(name, Weights.load(model.tensor(name), new Shape(shapes.get(name)), owner)));
        return weights;
    }

    /**
     * {@code ||X_j||^2} of every input j of some of the block's linear layers, over all positions. Sums of a forward
     * pass are float32 on the device, what passes add up to is in double precision.
     *
     * @return [inputs] each
     * @throws UnfitException if one is not a finite number
     */
    public Map<BlockLinear, double[]> squaredNorms(Collection<BlockLinear> linears) {
        return sums(linears, (input, scope) -> {
            NDArray squares = input.square();
            squares.attach(scope);
            return squares.sum(new int[] {0});
        });
    }

    /**
     * {@code X X^T} of some of the block's linear layers, over all positions; precision as in {@link #squaredNorms}.
     *
     * @return row major [inputs, inputs] each
     * @throws UnfitException if a number is not finite
     */
    public Map<BlockLinear, double[]> products(Collection<BlockLinear> linears) {
        return sums(linears, (input, scope) -> {
            NDArray transposed = input.transpose();
            transposed.attach(scope);
            return transposed.matMul(input);
        });
    }

    /** What is summed: a function of X^T [positions, inputs], computed in the scope. */
    private interface Term {

        NDArray of(NDArray input, NDManager scope);
    }

    private Map<BlockLinear, double[]> sums(Collection<BlockLinear> linears, Term term) {
        try (NDManager owner = blockOwner.newSubManager()) {
            Map<BlockLinear, NDArray> sums = new EnumMap<>(BlockLinear.class);
            Gpt2Network network = network(linears, sums, term, owner);
            for (NDArray states : hidden) {
                run(network, states.stopGradient(), owner).close();
            }
            Map<BlockLinear, double[]> result = new EnumMap<>(BlockLinear.class);
            sums.forEach((linear, sum) -> {
                result.put(linear, requireFinite(linear, read(sum), sum.getShape()));
                sum.close();
            });
            return result;
        }
    }

    private Gpt2Network network(
            Collection<BlockLinear> linears, Map<BlockLinear, NDArray> sums, Term term, NDManager owner) {
        return new Gpt2Network(model.config(), new Gpt2Network.Observer() {
            @Override
            public void linearInput(int observed, BlockLinear linear, NDArray input) {
                if (!linears.contains(linear)) {
                    return;
                }
                try (NDManager scope = owner.newSubManager()) {
                    NDArray value = term.of(input, scope);
                    value.attach(scope);
                    NDArray sum = sums.get(linear);
                    if (sum == null) {
                        value.attach(owner);
                        sums.put(linear, value);
                    } else if (sum.getDataType() == DataType.FLOAT32) {
                        NDArray precise = sum.toType(DataType.FLOAT64, false);
                        precise.attach(owner);
                        sum.close();
                        sums.put(linear, precise.addi(value));
                    } else {
                        sum.addi(value);
                    }
                }
            }
        });
    }

    /** Reads a sum where it lies, if that is memory that Java can see. That of one pass is still float32. */
    private static double[] read(NDArray sum) {
        ByteBuffer bytes = sum.toByteBuffer(true).order(ByteOrder.nativeOrder());
        double[] values = new double[Math.toIntExact(sum.size())];
        if (sum.getDataType() == DataType.FLOAT64) {
            bytes.asDoubleBuffer().get(values);
            return values;
        }
        FloatBuffer floats = bytes.asFloatBuffer();
        for (int i = 0; i < values.length; i++) {
            values[i] = floats.get(i);
        }
        return values;
    }

    /**
     * Looks at sums of squares only, of products at the diagonal: the product of two inputs is no larger than both of
     * their squares.
     */
    private double[] requireFinite(BlockLinear linear, double[] values, Shape shape) {
        int distance = shape.dimension() == 1 ? 1 : Math.toIntExact(shape.get(1)) + 1;
        for (int i = 0; i < values.length; i += distance) {
            if (!Double.isFinite(values[i])) {
                throw new UnfitException("The inputs of " + linear.weight(layer)
                        + " are no longer finite numbers on the calibration text (" + values[i]
                        + " in their sums), so weights cannot be ranked by them; the model's weights are "
                        + "too large, or an earlier stage broke it.");
            }
        }
        return values;
    }

    /**
     * Goes on to the next block.
     *
     * @param weights the new weights of this block's linear layers, row major [in, out]; layers that are not there keep
     *     theirs
     * @throws IllegalStateException if this is the last block
     */
    public void advance(Map<BlockLinear, float[]> weights) {
        Gpt2Config config = model.config();
        if (layer + 1 == config.layers()) {
            throw new IllegalStateException("the model has no block behind block " + layer);
        }
        Map<String, long[]> shapes = config.tensorShapes();
        weights.forEach((linear, values) -> {
            String name = linear.weight(layer);
            block.put(name, blockOwner.create(values, new Shape(shapes.get(name))));
        });
        Gpt2Network network = new Gpt2Network(config);
        hidden.replaceAll(states -> run(network, states, manager));
        blockOwner.close();
        layer++;
        loadBlock();
    }

    /** What the block makes of a part of the residual stream, which it closes; owned by {@code owner}. */
    private NDArray run(Gpt2Network network, NDArray input, NDManager owner) {
        try (NDManager step = owner.newSubManager()) {
            return network.block(layer, aliases(step), input, length, owner);
        }
    }

    /** The block's weights, for a step that must leave nothing behind in their manager. */
    private Map<String, NDArray> aliases(NDManager step) {
        Map<String, NDArray> aliases = new LinkedHashMap<>();
        block.forEach((name, weight) -> {
            NDArray alias = weight.stopGradient();
            alias.attach(step);
            aliases.put(name, alias);
        });
        return aliases;
    }

    /** Arrays and managers that live as long as this object; does not grow with the calls. */
    int longLivedArrays() {
        return manager.getManagedArrays().size() + blockOwner.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}
