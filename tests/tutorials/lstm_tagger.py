"""Words tagged by an LSTM over their embeddings, one sentence at a time."""

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn

SENTENCES = [
    (["The", "dog", "ate", "the", "apple"], ["DET", "NN", "V", "DET", "NN"]),
    (["Everybody", "read", "that", "book"], ["NN", "V", "DET", "NN"]),
]
WORDS = {word: i for i, word in enumerate(sorted({word for sentence, _ in SENTENCES for word in sentence}))}
TAGS = {"DET": 0, "NN": 1, "V": 2}


def prepare_sequence(seq, to_ix):
    return torch.tensor([to_ix[w] for w in seq], dtype=torch.long)


class LSTMTagger(nn.Module):
    def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence):
        embeds = self.word_embeddings(sentence)
        lstm_out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        tag_space = self.hidden2tag(lstm_out.view(len(sentence), -1))
        return F.log_softmax(tag_space, dim=1)


def models():
    return {"model": LSTMTagger(6, 6, len(WORDS), len(TAGS))}


def train(models):
    model = models["model"]
    loss_function = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for _ in range(10):
        for sentence, tags in SENTENCES:
            model.zero_grad()
            tag_scores = model(prepare_sequence(sentence, WORDS))
            loss = loss_function(tag_scores, prepare_sequence(tags, TAGS))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses
