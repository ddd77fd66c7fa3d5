package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Text of which the perplexity is measured. */
interface Corpus {

    /** SHA-256 of the texts. */
    String digest();

    /** The texts that sliding windows move over. */
    List<Document> runs();

    /** The documents that are scored whole. */
    List<Document> documents();

    /**
     * A text.
     *
     * @param name unique in the corpus
     * @param text as it was published: its words and bytes count
     * @param scored as the model reads it
     */
    record Document(String name, String text, String scored) {}

    /** The WikiText-103 test text: one run, and its pages. */
    static Corpus wikiText() {
        return new Corpus() {
            @Override
            public String digest() {
                return BundledData.digest(List.of(WikiText.FILE));
            }

            @Override
            public List<Document> runs() {
                return List.of(new Document("wikitext", WikiText.text(), WikiText.text()));
            }

            @Override
            public List<Document> documents() {
                List<Document> documents = new ArrayList<>();
                for (String page : WikiText.pages(WikiText.text())) {
                    documents.add(new Document(
                            String.format(Locale.ROOT, "page-%02d", documents.size()),
                            page,
                            WikiText.detokenized(page)));
                }
                return documents;
            }
        };
    }

    /**
     * A user's text files: each is a run and a document, scored as it is.
     *
     * @throws InvalidInputException if there is none, two have the same name, or one cannot be read as UTF-8
     */
    static Corpus of(List<Path> files) {
        if (files.isEmpty()) {
            throw new InvalidInputException("There is no text file to measure the perplexity of; name at least one.");
        }
        Set<String> names = new HashSet<>();
        List<Document> documents = new ArrayList<>();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (!names.add(name)) {
                throw new InvalidInputException("Two text files are named " + name
                        + ", but results are kept under the file's name; rename one of them.");
            }
            String text = UserFile.read(file).text();
            documents.add(new Document(name, text, text));
        }
        return new Corpus() {
            @Override
            public String digest() {
                StringBuilder digests = new StringBuilder();
                documents.forEach(document -> digests.append(document.name())
                        .append('\n')
                        .append(Digests.sha256(document.text().getBytes(StandardCharsets.UTF_8)))
                        .append('\n'));
                return Digests.sha256(digests.toString().getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public List<Document> runs() {
                return documents;
            }

            @Override
            public List<Document> documents() {
                return documents;
            }
        };
    }
}
