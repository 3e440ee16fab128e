function ConvertTo-HcsWord {
    <#
    .SYNOPSIS
    A program and its arguments, given with commas, or as words; null when none was given.
    .DESCRIPTION
    What PowerShell cannot have meant is thrown: commas and words mixed, and a word that is a parameter but for a slip. With commas nothing is
    guessed.
    #>
    param([System.Management.Automation.PSCmdlet] $Caller)

    $bound = $Caller.MyInvocation.BoundParameters
    if (-not $bound.ContainsKey('Command')) { return }
    $words = @(foreach ($word in $bound['Command']) { [string] $word })
    if (-not $bound.ContainsKey('ExtraArgument')) { return , $words }
    $rest = @($bound['ExtraArgument'])
    # A list that is alone is one already; Windows PowerShell leaves it a list.
    if ($rest.Count -eq 1 -and $rest[0] -is [System.Collections.IList]) { $rest = @($rest[0]) }
    if ($words.Count -gt 1 -or @($rest | Where-Object { $_ -is [System.Collections.IList] }).Count -gt 0) {
        throw (New-HcsErrorRecord -Code 'invalidRequest' -Message "a comma, or a parameter, was expected before '$($rest[0])'" -Hint "arguments stand either all with commas between them (sh, -c, 'echo hi'), or all without (ls /)")
    }
    $extra = @(foreach ($item in $rest) { [string] $item })
    $names = @($Caller.MyInvocation.MyCommand.Parameters.Keys)
    for ($i = 0; $i -lt $extra.Count; $i++) {
        $word = $extra[$i]
        $near = ''
        if ($word -match '^-([a-z]{4,}):?$' -and $names -notcontains $Matches[1]) { $near = Get-HcsNear -Word $Matches[1] -Among $names }
        if ($near -and $near.Substring(0, 1) -eq $word.Substring(1, 1)) {
            throw (New-HcsErrorRecord -Code 'invalidRequest' -Message "$word is no parameter" -Hint "did you mean -${near}? An argument of the program is written with commas: $($words[0]), '$word'")
        }
        if ($word -match '^-[a-z]\w*:$' -and $i + 1 -lt $extra.Count) {
            throw (New-HcsErrorRecord -Code 'invalidRequest' -Message "$word is split by PowerShell from what follows it" -Hint "put it in quotes: '$word$($extra[$i + 1])'")
        }
    }
    , ($words + $extra)
}

function Get-HcsNear {
    <#
    .SYNOPSIS
    The word that is nearest to one, in any case; an empty text when none is near: two changes at most, one in a short word.
    #>
    [OutputType([string])]
    param([string] $Word, [AllowEmptyCollection()] [string[]] $Among)

    $best = ''
    $most = if ($Word.Length -lt 5) { 2 } else { 3 }
    foreach ($other in $Among) {
        if ([System.Math]::Abs($other.Length - $Word.Length) -ge $most) { continue }
        $distance = Get-HcsDistance -Left $Word.ToLowerInvariant() -Right $other.ToLowerInvariant()
        if ($distance -lt $most) {
            $most = $distance
            $best = $other
        }
    }
    $best
}

function Get-HcsDistance {
    <#
    .SYNOPSIS
    How many letters one text takes to become the other: added, left out, replaced, or two that stand side by side exchanged.
    #>
    [OutputType([int])]
    param([string] $Left, [string] $Right)

    $before = @()
    $row = @(0..$Right.Length)
    for ($i = 1; $i -le $Left.Length; $i++) {
        $earlier = $before
        $before = $row
        $row = @($i) + @(0) * $Right.Length
        for ($j = 1; $j -le $Right.Length; $j++) {
            $replaced = $before[$j - 1] + [int] ($Left[$i - 1] -cne $Right[$j - 1])
            $row[$j] = [System.Math]::Min([System.Math]::Min($before[$j], $row[$j - 1]) + 1, $replaced)
            if ($i -gt 1 -and $j -gt 1 -and $Left[$i - 1] -ceq $Right[$j - 2] -and $Left[$i - 2] -ceq $Right[$j - 1]) {
                $row[$j] = [System.Math]::Min($row[$j], $earlier[$j - 2] + 1)
            }
        }
    }
    $row[$Right.Length]
}
