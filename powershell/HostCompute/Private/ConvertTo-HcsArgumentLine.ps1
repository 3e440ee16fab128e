function ConvertTo-HcsArgumentLine {
    <#
    .SYNOPSIS
    Arguments as one command line, by the rules of the Microsoft C runtime.
    .DESCRIPTION
    ProcessStartInfo.ArgumentList is not in .NET Framework; Arguments is read by the same rules on every system.
    #>
    [OutputType([string])]
    param([AllowEmptyString()] [string[]] $Argument)

    $quoted = foreach ($text in $Argument) {
        if ($text -ne '' -and $text -notmatch '[\s"]') {
            $text
        } else {
            # Backslashes count double before a quote, and before the closing one.
            '"' + (($text -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1') + '"'
        }
    }
    $quoted -join ' '
}
