import { listOf } from './list.ts'

/** Common ones first. */
export const FIRST_NAMES = listOf(`
  Jan; Maria; Peter; Anna; Johan; Sanne; Daan; Emma; Thomas; Lisa; Mark; Lotte; Tim; Eva; Kees; Anouk;
  Bas; Femke; Sander; Iris; Ruben; Julia; Jeroen; Marieke; Wouter; Linda; Dennis; Esther; Martijn; Karin;
  Stefan; Ingrid; Erik; Monique; Rob; Petra; Hans; Mohamed; Fatima; Ahmed; Wilma; Gerrit; Annemarie; Willem;
  Marjolein; Henk; Ellen; Niels; Roos; Lars; Fleur; Jesse; Noor; Sem; Tess; Levi; Sara; Milan; Zoë; Finn;
  Nora; Luuk; Saar; Bram; Yara; Gijs; Mila; Thijs; Olivia; Joris; Elif; Mehmet; Aylin; Youssef; Samira;
  Ömer; Naomi; Bilal; Soraya; Dwayne; Chantal; Ravi; Priya; Wei; Agnieszka; Piotr; Renée; André; Loïs; Jürgen;
  Trijntje; Sjoerd; Hilda; Douwe; Froukje; Ype; Nynke; Wiebe; Aaltje; Berend; Geesje; Harm; Lammert; Jolanda;
  Mieke; Truus; Corrie; Nel; Riet; Sjaak; Toos; Bep; Ria; Joke; Gerda; Leo; Theo; Ton; Ad; Frans; Marloes
`)

/** Common ones first; the prefix that a Dutch surname may have is part of it. */
export const LAST_NAMES = listOf(`
  de Jong; Jansen; de Vries; van den Berg; van Dijk; Bakker; Janssen; Visser; Smit; Meijer; de Boer; Mulder;
  de Groot; Bos; Vos; Peters; Hendriks; van Leeuwen; Dekker; Brouwer; de Wit; Dijkstra; Smits; de Graaf;
  van der Meer; van der Linden; Kok; Jacobs; de Haan; Vermeulen; van den Heuvel; van der Veen; van den Broek;
  de Bruijn; Schouten; van Beek; van der Heijden; Willems; van Vliet; van de Ven; Hoekstra; Maas; Verhoeven;
  Koster; van Dam; van der Wal; Prins; Blom; Huisman; Peeters; de Jonge; Kuipers; van Veen; Post; Kuiper;
  Veenstra; Kramer; van den Brink; Scholten; van Wijk; Postma; Martens; Vink; de Ruiter; Timmermans; Groen;
  Gerritsen; Jonker; van Loon; Boer; van der Velde; Willemsen; Smeets; de Lange; de Vos; van Dongen; Schipper;
  de Koning; van der Laan; Koning; van der Velden; Driessen; van Doorn; Hermans; Evers; van den Bosch; Hofman;
  Bosman; Wolters; Sanders; van der Horst; Mol; Kuijpers; Molenaar; van de Pol; de Leeuw; Verbeek; Hermsen;
  Yılmaz; Kaya; Demir; El Amrani; Bouzid; Ramdin; Nguyen; Chen; Kowalski; Pinas; Özdemir; Zijlstra; Wiersma;
  van 't Hof; in 't Veld; ter Horst; ten Brink; op den Kamp; Elzinga; Boonstra; Nieuwenhuis; Oosterhuis; Brands
`)

/** Domains that nobody can own. */
export const EMAIL_DOMAINS = listOf('example.org; example.com')
