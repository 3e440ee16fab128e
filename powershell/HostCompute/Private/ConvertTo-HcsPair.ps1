function ConvertTo-HcsPair {
    <#
    .SYNOPSIS
    Labels or variables, as tables or as texts NAME=VALUE, as the texts.
    #>
    [OutputType([string[]])]
    param([AllowNull()] [object[]] $Value)

    foreach ($given in $Value) {
        if ($given -is [System.Collections.IDictionary]) {
            foreach ($entry in $given.GetEnumerator()) { '{0}={1}' -f $entry.Key, $entry.Value }
        } else {
            [string] $given
        }
    }
}

function Test-HcsPair {
    <#
    .SYNOPSIS
    Whether it is a table, or a text with a name and a value; for ValidateScript, which tells the exception.
    #>
    [OutputType([bool])]
    param([AllowNull()] [object] $Value)

    if ($Value -isnot [System.Collections.IDictionary] -and [string] $Value -notmatch '^[^=]+=') {
        throw "'$Value' has no name and value: expected a text such as team=red, or a table: @{ team = 'red' }"
    }
    $true
}
