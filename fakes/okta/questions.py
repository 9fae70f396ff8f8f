"""The security questions an Okta org offers, by key; the texts are the fake's own wording."""

from collections.abc import Mapping

QUESTIONS: Mapping[str, str] = {
    "disliked_food": "Which food did you dislike most as a child?",
    "name_of_first_plush_toy": "What was your first stuffed toy called?",
    "first_award": "For what did you earn your first award?",
    "favorite_security_question": "What would your favorite security question be?",
    "favorite_toy": "Which toy did you like best as a child?",
    "first_computer_game": "Which computer game did you play first?",
    "favorite_movie_quote": "Which line of a film do you quote most?",
    "first_sports_team_mascot": "What was the mascot of your first sports team?",
    "first_music_purchase": "Which music did you buy first?",
    "favorite_art_piece": "Which work of art do you like best?",
    "grandmother_favorite_desert": "Which dessert did your grandmother like best?",
    "first_thing_cooked": "What did you first learn to cook?",
    "childhood_dream_job": "What did you want to become as a child?",
    "first_kiss_location": "Where were you kissed first?",
    "place_where_significant_other_was_met": "Where did you meet your partner?",
    "favorite_vacation_location": "Where do you like to go on vacation?",
    "new_years_two_thousand": "Where were you when the year 2000 began?",
    "favorite_speaker_actor": "Which actor or speaker do you like best?",
    "favorite_book_movie_character": "Which character of a book or film do you like best?",
    "favorite_sports_player": "Which athlete do you like best?",
}
