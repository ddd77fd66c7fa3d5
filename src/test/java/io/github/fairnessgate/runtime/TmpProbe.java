package io.github.fairnessgate.runtime;
import ai.onnxruntime.*;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.*;
import java.nio.*;
import java.nio.file.*;
import java.util.*;
public class TmpProbe {
    public static void main(String[] a) throws Exception {
        for (String scheme : List.of("f", "dyn", "8", "8a")) {
            Path root = Files.createTempDirectory("probe");
            Path folder = root.resolve("m");
            Files.createDirectories(folder);
            for (String f : List.of("config.json", "model.safetensors")) Files.copy(Path.of("src/test/resources/fixtures/quantization", f), folder.resolve(f));
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
            ModelDirectory m = ModelDirectory.open(folder);
            Path out = root.resolve("q"); Files.createDirectories(out);
            for (String f : List.of("config.json", "tokenizer.json")) Files.copy(folder.resolve(f), out.resolve(f));
            if (scheme.equals("f")) Files.copy(folder.resolve("model.safetensors"), out.resolve("model.safetensors"));
            else if (scheme.equals("dyn")) QuantizedWeights.writeColumns(m, DType.F16, out);
            else QuantizedWeights.write(m, new BlockQuantization(8, 32, scheme.equals("8a") ? Activations.INT8 : Activations.FLOAT32), DType.F16, out);
            ModelDirectory q = ModelDirectory.open(out);
            OrtEnvironment env = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions o = Sessions.options(q.path(), Device.CPU); OrtSession s = env.createSession(Gpt2Graph.logits(q, q.path()), o)) {
                Random r = new Random(1);
                for (int len : new int[] {1, 2, 3, 5, 8, 13, 20}) {
                    long[][] ids = new long[17][];
                    for (int i = 0; i < 17; i++) ids[i] = r.ints(len, 0, 257).asLongStream().toArray();
                    float[] all = run(env, s, ids);
                    int per = all.length / 17; int bad = 0; double worst = 0;
                    for (int i = 0; i < 17; i++) {
                        float[] one = run(env, s, new long[][] {ids[i]});
                        boolean b = false;
                        for (int j = 0; j < per; j++) { double d = Math.abs(one[j] - all[i * per + j]); worst = Math.max(worst, d); b |= d > 0; }
                        if (b) bad++;
                    }
                    System.out.println(scheme + " len " + len + ": differing " + bad + " of 17, worst " + worst);
                }
            }
        }
    }
    static float[] run(OrtEnvironment env, OrtSession s, long[][] ids) throws Exception {
        try (OnnxTensor in = OnnxTensor.createTensor(env, ids); OrtSession.Result res = s.run(Map.of("input_ids", in))) {
            FloatBuffer b = ((OnnxTensor) res.get(0)).getFloatBuffer(); float[] v = new float[b.remaining()]; b.get(v); return v;
        }
    }
}
