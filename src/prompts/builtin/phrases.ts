import { LANGUAGES } from "../languages.ts";
import type { TaskExample } from "../template.ts";

type Language = (typeof LANGUAGES)[number]["name"];

/** Sentences that say the same in each language; the last ones stand nearest to the prompt. */
const PHRASES: readonly Readonly<Record<Language, string>>[] = [
  {
    English: "Good morning, how are you today?",
    French: "Bonjour, comment allez-vous aujourd'hui ?",
    German: "Guten Morgen, wie geht es Ihnen heute?",
    Spanish: "Buenos días, ¿cómo está usted hoy?",
    Italian: "Buongiorno, come sta oggi?",
    Portuguese: "Bom dia, como está hoje?",
    Dutch: "Goedemorgen, hoe gaat het vandaag met u?",
    Swedish: "God morgon, hur mår du i dag?",
  },
  {
    English: "The children are playing in the garden.",
    French: "Les enfants jouent dans le jardin.",
    German: "Die Kinder spielen im Garten.",
    Spanish: "Los niños juegan en el jardín.",
    Italian: "I bambini giocano in giardino.",
    Portuguese: "As crianças brincam no jardim.",
    Dutch: "De kinderen spelen in de tuin.",
    Swedish: "Barnen leker i trädgården.",
  },
  {
    English: "We will meet at the station tomorrow evening.",
    French: "Nous nous retrouverons à la gare demain soir.",
    German: "Wir treffen uns morgen Abend am Bahnhof.",
    Spanish: "Nos encontraremos en la estación mañana por la tarde.",
    Italian: "Ci incontreremo alla stazione domani sera.",
    Portuguese: "Vamos encontrar-nos na estação amanhã à noite.",
    Dutch: "We ontmoeten elkaar morgenavond op het station.",
    Swedish: "Vi möts på stationen i morgon kväll.",
  },
  {
    English: "This book is about the history of the city.",
    French: "Ce livre parle de l'histoire de la ville.",
    German: "Dieses Buch handelt von der Geschichte der Stadt.",
    Spanish: "Este libro trata de la historia de la ciudad.",
    Italian: "Questo libro parla della storia della città.",
    Portuguese: "Este livro fala da história da cidade.",
    Dutch: "Dit boek gaat over de geschiedenis van de stad.",
    Swedish: "Den här boken handlar om stadens historia.",
  },
  {
    English: "The file could not be opened.",
    French: "Le fichier n'a pas pu être ouvert.",
    German: "Die Datei konnte nicht geöffnet werden.",
    Spanish: "No se pudo abrir el archivo.",
    Italian: "Non è stato possibile aprire il file.",
    Portuguese: "Não foi possível abrir o ficheiro.",
    Dutch: "Het bestand kon niet worden geopend.",
    Swedish: "Filen kunde inte öppnas.",
  },
  {
    English: "The new version is faster and needs less memory.",
    French: "La nouvelle version est plus rapide et demande moins de mémoire.",
    German: "Die neue Version ist schneller und braucht weniger Speicher.",
    Spanish: "La nueva versión es más rápida y necesita menos memoria.",
    Italian: "La nuova versione è più veloce e richiede meno memoria.",
    Portuguese: "A nova versão é mais rápida e precisa de menos memória.",
    Dutch: "De nieuwe versie is sneller en heeft minder geheugen nodig.",
    Swedish: "Den nya versionen är snabbare och behöver mindre minne.",
  },
  {
    English: "This program shows the files in a folder.",
    French: "Ce programme affiche les fichiers d'un dossier.",
    German: "Dieses Programm zeigt die Dateien in einem Ordner.",
    Spanish: "Este programa muestra los archivos de una carpeta.",
    Italian: "Questo programma mostra i file di una cartella.",
    Portuguese: "Este programa mostra os ficheiros de uma pasta.",
    Dutch: "Dit programma toont de bestanden in een map.",
    Swedish: "Det här programmet visar filerna i en mapp.",
  },
];

/** The phrases as examples of a translation, for each ordered pair of languages. */
export const TRANSLATIONS: readonly TaskExample[] = LANGUAGES.flatMap(({ name: from }) =>
  LANGUAGES.filter(({ name }) => name !== from).flatMap(({ name: to }) =>
    PHRASES.map((phrase) => ({ input: phrase[from], output: phrase[to], values: { from, to } })),
  ),
);
